import type { RunState } from '../records.js'
import { isTerminal } from '../statuses.js'

/**
 * When a run can be claimed: the one derived, indexed column of a run's row; null: not by any passing of time.
 *
 * A held run becomes claimable when its lease ends, which is all that crash recovery is. A free one becomes claimable
 * when it is due: new, slept enough, waited too long, or woken by a message. A deadline makes it due as well,
 * and is the only thing that does while it is paused or blocked.
 */
export function claimAt(run: RunState): number | null {
  if (run.direct || isTerminal(run.status) || isSetAside(run)) return null
  const { leaseUntil, control } = run
  if (run.status === 'PAUSED' || run.status === 'BLOCKED') {
    return control.deadlineAt === null ? null : Math.max(control.deadlineAt, leaseUntil ?? control.deadlineAt)
  }
  return leaseUntil ?? earlier(run.dueAt, control.deadlineAt)
}

/** Nothing that falls due is of use to a run that nobody can, or should, bring to life. */
function isSetAside({ status, blocked, corrupted }: RunState): boolean {
  if (corrupted !== null) return true
  return status === 'BLOCKED' && (blocked?.reason === 'POISONED' || blocked?.reason === 'CORRUPTED')
}

/** The earlier of two instants of which either may be missing. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b
  if (b === null) return a
  return Math.min(a, b)
}
