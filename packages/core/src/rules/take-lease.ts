import type { RunState } from '../records.js'
import { rowFormat } from '../row-format.js'
import { isTerminal } from '../statuses.js'
import { claimAt } from './claim-at.js'
import { suspicionAfterClaim } from './suspicion.js'

export interface LeaseTaker {
  readonly requestId: string
  readonly workerId: string
  readonly leaseMs: number
}

/** True if a worker may claim the run now. */
export function isClaimable(run: RunState, now: number): boolean {
  const at = run.format > rowFormat ? null : claimAt(run)
  return at !== null && at <= now
}

/** True if one process may take just this run now, due or not. */
export function isAcquirable(run: RunState, now: number): boolean {
  return !isTerminal(run.status) && (run.leaseUntil === null || run.leaseUntil <= now)
}

/** True if this very claim leased the run before and its answer was lost. */
export function isClaimedBy(run: RunState, requestId: string): boolean {
  return run.leaseUntil !== null && run.fence.nonce === requestId
}

/**
 * The row after a claim. The caller has checked that it is claimable. A
 * paused run can only be acquired, and stays paused: else nobody could resume it.
 */
export function takeLease<Run extends RunState>(run: Run, taker: LeaseTaker, now: number): Run {
  return {
    ...run,
    status: run.control.paused ? 'PAUSED' : 'RUNNING',
    blocked: null,
    blockedAt: null,
    leaseUntil: now + taker.leaseMs,
    leaseOwner: taker.workerId,
    fence: { epoch: run.fence.epoch + 1, nonce: taker.requestId },
    ...suspicionAfterClaim(run),
    startedAt: run.startedAt ?? now,
    answeredAt: Math.max(run.answeredAt, now),
  }
}
