import type { ClaimAnswer, ClaimRequest, PassedDeadline, RunRecord } from '@perdure/core'
import {
  claimAt,
  earlier,
  isClaimable,
  isClaimedBy,
  isSuspect,
  isToTryAlone,
  retryableSince,
  rowFormat,
  setAsideRow,
  takeLease,
  tellTime,
} from '@perdure/core'
import type { Act } from '../act.js'
import { damageOf } from '../damage.js'

export function claim(act: Act, request: ClaimRequest): ClaimAnswer {
  const { database, now } = act
  const matching = database.unfinishedRuns().filter((run) => matches(run, request))
  const leasedBefore = matching.filter((run) => isClaimedBy(run, request.requestId))
  const claimed =
    leasedBefore.length > 0 ? leasedBefore.map((run) => answerAgain(act, run)) : lease(act, matching, request)
  const nextAt = database
    .unfinishedRuns()
    .filter((run) => matches(run, request) && mayTake(run, request.suspects, request.alone))
    .reduce<number | null>((soonest, run) => earlier(soonest, claimAt(run)), null)
  const isToRelay = database.oldestRelay() !== null
  return {
    now,
    claimed: claimed.map((run) => ({ run })),
    nextAt,
    isToRelay,
    passedDeadlines: passedDeadlines(act, request.namespace),
  }
}

function answerAgain(act: Act, run: RunRecord): RunRecord {
  const told = tellTime(run, act.now)
  act.putRun(told)
  return told
}

function passedDeadlines({ database, now }: Act, namespace: string): PassedDeadline[] {
  return database
    .unfinishedRuns()
    .filter((run) => run.namespace === namespace && (run.leaseUntil === null || run.leaseUntil <= now))
    .filter((run) => run.corrupted === null && damageOf(run) === null)
    .flatMap(({ executionId, runNo, control: { deadlineAt } }) =>
      deadlineAt === null || deadlineAt > now ? [] : [{ namespace, executionId, runNo, deadlineAt }],
    )
    .sort((a, b) => a.deadlineAt - b.deadlineAt)
    .slice(0, 20)
}

function matches(run: RunRecord, { namespace, queues, pairs }: ClaimRequest): boolean {
  return (
    run.format <= rowFormat &&
    run.namespace === namespace &&
    queues.includes(run.queue) &&
    pairs.some(({ workflow, version }) => workflow === run.workflow && version === run.version)
  )
}

function lease(act: Act, matching: readonly RunRecord[], request: ClaimRequest): RunRecord[] {
  const wanted = [...due(act, matching, request), ...toTryAgain(act, matching, request)]
  return wanted.slice(0, request.limit).flatMap((run) => {
    const damage = damageOf(run)
    const next = damage === null ? takeLease(run, request, act.now) : setAsideRow(run, damage, act.now)
    act.putRun(next)
    return damage === null ? [next] : []
  })
}

function due(act: Act, matching: readonly RunRecord[], request: ClaimRequest): RunRecord[] {
  let { suspects, alone } = request
  return matching
    .filter((run) => isClaimable(run, act.now))
    .sort((a, b) => b.priority - a.priority || (claimAt(a) ?? 0) - (claimAt(b) ?? 0))
    .filter((run) => {
      if (!mayTake(run, suspects, alone)) return false
      if (!isSuspect(run)) return true
      suspects = isToTryAlone(run) ? 0 : suspects - 1
      alone = false
      return true
    })
}

function mayTake(run: RunRecord, suspects: number, alone: boolean): boolean {
  return !isSuspect(run) || (suspects > 0 && (alone || !isToTryAlone(run)))
}

/** Blocked before this worker started, longest first. */
function toTryAgain(act: Act, matching: readonly RunRecord[], { startedAt }: ClaimRequest): RunRecord[] {
  const since = (run: RunRecord): number => retryableSince(run) ?? Number.POSITIVE_INFINITY
  return matching
    .filter((run) => since(run) < startedAt && !isClaimable(run, act.now))
    .sort((a, b) => since(a) - since(b))
}
