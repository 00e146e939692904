import type { ExecutionKey, RunKey, RunRecord } from '@perdure/core'
import {
  claimAt,
  findStateDamage,
  isSettled,
  isSuspect,
  isTerminal,
  isToTryAlone,
  retryableSince,
  wakes,
} from '@perdure/core'
import type { Acknowledged } from './acknowledged.js'
import { lifeFindings } from './audit-lives.js'
import type { ProbedRows, ProbedRun } from './store-under-test.js'

/**
 * Scans all rows for what can never be true, whatever was done: gaps, orphans, a lease on a finished run, a message
 * that a sleeping run waits for, an end that the parent has not heard of. With `acknowledged`, also for what the store
 * said it had kept. Returns a sentence for each finding.
 */
export function audit(rows: ProbedRows, acknowledged?: Acknowledged): readonly string[] {
  const { runs } = rows
  const operations = byKey(rows.operations, runName)
  const inbox = byKey(rows.inbox, executionName)
  const known = new Set(runs.map(runName))
  const executions = byKey(runs, executionName)
  return [
    ...runs.filter(isWhole).flatMap((run) => rowFindings(run).map((finding) => `${runName(run)} ${finding}`)),
    ...runs.filter(isInIndexThoughCorrupted).map((run) => `${runName(run)} is corrupted and in an index`),
    ...runs.flatMap((run) => journalFindings(run, operations.get(runName(run)) ?? [])),
    ...[...executions.values()].flatMap((same) =>
      executionFindings(same, inbox.get(executionName(same[0])) ?? []),
    ),
    ...[...operations.keys()].filter((name) => !known.has(name)).map((name) => `${name} has rows and no run`),
    ...[...inbox.keys()]
      .filter((name) => !executions.has(name))
      .map((name) => `${name} has messages and no run`),
    ...rows.relays
      .map(runName)
      .filter((name) => !known.has(name))
      .map((name) => `${name} is relayed`),
    ...runs.filter((run) => !isHeard(run, executions, inbox)).map((run) => `${runName(run)} ended unheard`),
    ...(acknowledged?.missingIn(rows) ?? []),
  ]
}

/** Of a row that was damaged nothing is promised. */
function isWhole(run: RunRecord): boolean {
  return findStateDamage(run) === null
}

/** Also of a row that was damaged: a claim that has met it must never meet it again. */
function isInIndexThoughCorrupted({
  corrupted,
  leaseUntil,
  claimAt: at,
  retryableSince: since,
}: ProbedRun): boolean {
  return corrupted !== null && [leaseUntil, at ?? null, since ?? null].some((instant) => instant !== null)
}

function rowFindings(run: ProbedRun): string[] {
  const isHeld = run.leaseUntil !== null
  const isOver = isTerminal(run.status)
  const facts: Readonly<Record<string, boolean>> = {
    'has finished and is held': isOver && isHeld,
    'has finished and is due': isOver && run.dueAt !== null,
    'has finished and waits': isOver && run.waitsFor.length > 0,
    'has finished at no time': isOver && run.finishedAt === null,
    'goes on and has finished': !isOver && run.finishedAt !== null,
    'is held by nobody': isHeld && run.leaseOwner === null,
    'is held for no time': !isHeld && run.leaseOwner !== null,
    'is RUNNING and not held': run.status === 'RUNNING' && !isHeld,
    [`is ${run.status} and held`]: ['PENDING', 'SUSPENDED', 'BLOCKED'].includes(run.status) && isHeld,
    'is BLOCKED for no reason': run.status === 'BLOCKED' && run.blocked === null,
    'is BLOCKED since no time': run.status === 'BLOCKED' && run.blockedAt === null,
    [`is ${run.status} and blocked`]: run.status !== 'BLOCKED' && (run.blocked ?? run.blockedAt) !== null,
    'has more strikes than recoveries': run.strikes > run.recoveries,
    'was to end and has a deadline': run.decided !== null && run.control.deadlineAt !== null,
    'is cancelled and not to end so': run.control.cancel !== null && run.decided !== 'CANCELLED',
    'has another claimAt than the rule': run.claimAt !== undefined && run.claimAt !== claimAt(run),
    'is no suspect by the rule, or is one': run.isSuspect !== undefined && run.isSuspect !== isSuspect(run),
    'is to be tried alone by the rule, or is not':
      run.isToTryAlone !== undefined && run.isToTryAlone !== isToTryAlone(run),
    'has another retryableSince than the rule':
      run.retryableSince !== undefined && run.retryableSince !== retryableSince(run),
  }
  return Object.keys(facts).filter((fact) => facts[fact])
}

type Operations = ProbedRows['operations']

function journalFindings(run: RunRecord, rows: Operations): string[] {
  const started = rows.map(({ startSeq }) => startSeq)
  const settled = rows.filter(({ status }) => isSettled(status)).map(({ settleSeq }) => settleSeq ?? 0)
  const unsettled = rows.filter(({ status }) => !isSettled(status))
  const known = new Set(rows.map(({ operationId }) => operationId))
  const orphans = rows.filter(({ parentId }) => parentId !== null && !known.has(parentId))
  return [
    ...unsettled
      .filter(({ settleSeq, endedAt }) => settleSeq !== null || endedAt !== null)
      .map(({ operationId }) => `${runName(run)} has an open operation that ended: ${operationId}`),
    ...orphans.map(({ operationId }) => `${runName(run)} has an operation in no context: ${operationId}`),
    ...(isDense(started, 0, run.counters.startSeq) ? [] : [`${runName(run)} has a gap in startSeq`]),
    ...(isDense(settled, 0, run.counters.settleSeq) ? [] : [`${runName(run)} has a gap in settleSeq`]),
  ]
}

type Messages = ProbedRows['inbox']

function executionFindings(runs: readonly [RunRecord, ...RunRecord[]], messages: Messages): string[] {
  const newest = runs.reduce((a, b) => (a.runNo > b.runNo ? a : b))
  const waiting = messages.filter(({ inboxSeq, consumedBy, dropped }) => {
    return inboxSeq > newest.inboxBase && consumedBy === null && !dropped
  })
  const numbers = messages.map(({ inboxSeq }) => inboxSeq)
  const runNumbers = runs.map(({ runNo }) => runNo)
  const facts: Readonly<Record<string, boolean>> = {
    'has a gap in runNo': !isDense(runNumbers, 0, newest.runNo),
    'has a gap in inboxSeq': !isDense(numbers, 0, newest.inboxSeq),
    'sleeps with a message that it waits for': waiting.some(({ runNo, topic }) => {
      return (
        isWhole(newest) &&
        newest.status === 'SUSPENDED' &&
        (runNo ?? newest.runNo) === newest.runNo &&
        wakes(newest, topic)
      )
    }),
    'begins behind its inbox': newest.inboxBase > newest.inboxSeq,
    'miscounts its pending messages': waiting.length !== newest.inboxPending,
    'has an earlier run that goes on': runs.some((run) => run !== newest && !isTerminal(run.status)),
  }
  const findings = Object.keys(facts).filter((fact) => facts[fact])
  return [...findings, ...lifeFindings(runs, messages)].map((fact) => `${executionName(newest)} ${fact}`)
}

/** False if a run that goes on has a child that has ended and nothing in its inbox about it. */
function isHeard(
  run: RunRecord,
  executions: ReadonlyMap<string, readonly RunRecord[]>,
  inbox: ReadonlyMap<string, Messages>,
): boolean {
  if (run.parent === null || !isTerminal(run.status) || run.status === 'CONTINUED_AS_NEW') return true
  const { executionId, runNo } = run.parent
  const name = executionName({ namespace: run.namespace, executionId })
  const parent = executions.get(name)?.find((each) => each.runNo === runNo)
  if (parent === undefined || isTerminal(parent.status)) return true
  const dedupeId = `outcome:${run.executionId}:${run.runNo}`
  return (inbox.get(name) ?? []).some((message) => message.dedupeId === dedupeId)
}

/** True if the numbers are those from `after` + 1 to `last`, each once. */
function isDense(numbers: readonly number[], after: number, last: number): boolean {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted.length === last - after && sorted.every((number, index) => number === after + 1 + index)
}

function byKey<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Map<string, [Row, ...Row[]]> {
  const groups = new Map<string, [Row, ...Row[]]>()
  for (const row of rows) {
    const group = groups.get(nameOf(row))
    if (group === undefined) groups.set(nameOf(row), [row])
    else group.push(row)
  }
  return groups
}

function executionName({ namespace, executionId }: ExecutionKey): string {
  return `execution ${JSON.stringify([namespace, executionId])}`
}

function runName({ namespace, executionId, runNo }: RunKey): string {
  return `run ${JSON.stringify([namespace, executionId, runNo])}`
}
