import type { BlockedReasonCode, RunState } from '../records.js'

const curable: ReadonlySet<BlockedReasonCode> = new Set(['NON_DETERMINISTIC', 'UNREADABLE', 'MISUSE'])

/**
 * Since when a run is blocked for a reason that other code or another key may cure; null if it is not. A derived, indexed
 * column: **a worker that started later tries the run once**, since a try that fails blocks it again.
 */
export function retryableSince(run: RunState): number | null {
  const { status, blocked, control, corrupted } = run
  if (status !== 'BLOCKED' || blocked === null || control.paused || corrupted !== null) return null
  return !run.direct && curable.has(blocked.reason) ? run.blockedAt : null
}
