import type { Fence, RunState } from '../records.js'
import { isTerminal } from '../statuses.js'

/**
 * The row after a renewal, or null if the lease is no longer the caller's. Equality of the fence decides, not expiry:
 * a lease that ran out and was claimed by nobody is still the holder's. `proven`: the holder has lived with it for long
 * enough to say that a process survives it.
 */
export function renewLease<Run extends RunState>(
  run: Run,
  fence: Fence,
  leaseMs: number,
  now: number,
  proven = false,
): Run | null {
  if (isTerminal(run.status) || run.leaseUntil === null) return null
  if (run.fence.epoch !== fence.epoch || run.fence.nonce !== fence.nonce) return null
  return {
    ...run,
    leaseUntil: Math.max(run.leaseUntil, now + leaseMs),
    proven: run.proven || proven,
    answeredAt: Math.max(run.answeredAt, now),
  }
}
