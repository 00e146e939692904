import type { OperationRecord, RunState } from '../records.js'
import type { CommitEntry } from '../store.js'

/**
 * Who killed the process? When a holder dies, every run that it held may have been the cause. **A run is a suspect from
 * then on until it has shown that a process survives it**, and suspects are begun a few at a time, so that one which kills
 * takes few others with it.
 *
 * Two numbers in the row: `recoveries`, claims of a lease that nobody gave up; and `strikes`, those of them whose dead
 * holder had the run as a suspect and had not lived with it for long enough. Only what a process survived takes them
 * back: the run is given up, or settles a step while it is no suspect or proven. Timers, messages, starts and renewals
 * come about beside a body that is about to kill, and prove nothing.
 */
export type Suspicion = Pick<RunState, 'recoveries' | 'strikes' | 'proven'>

export const unsuspected: Suspicion = { recoveries: 0, strikes: 0, proven: false }

/** True if a holder of the run may have died of it. */
export function isSuspect(run: RunState): boolean {
  return run.recoveries > 0 || run.leaseUntil !== null
}

/** The strikes from which on a run is tried alone: it kills, or was held beside one that does, more than once. */
const aloneFrom = 2

/**
 * True of a suspect that was claimed and has no other suspect beside it on trial. Those that are struck together would
 * otherwise meet in the same order each time, until all of them are set aside.
 */
export function isTriedAlone({ strikes }: Pick<RunState, 'strikes'>): boolean {
  return strikes >= aloneFrom
}

/** True if whoever claims the run now has to try it alone. */
export function isToTryAlone(run: RunState): boolean {
  return run.strikes + Number(isStrikeDue(run)) >= aloneFrom
}

/** How long a holder must live with a suspect until it has proven it harmless. */
export function provenAfterMs({ recoveries }: Pick<RunState, 'recoveries'>, leaseMs: number): number {
  return Math.min(leaseMs, 500 * 2 ** recoveries)
}

/** What a claim adds: the lease before, if nobody gave it up, ended with its holder. */
export function suspicionAfterClaim(run: RunState): Suspicion {
  const { recoveries, strikes } = run
  if (run.leaseUntil === null) return { recoveries, strikes, proven: false }
  return { recoveries: recoveries + 1, strikes: strikes + Number(isStrikeDue(run)), proven: false }
}

/** True if a claim now would say that the holder died of a suspect. */
function isStrikeDue({ leaseUntil, recoveries, proven }: RunState): boolean {
  return leaseUntil !== null && recoveries > 0 && !proven
}

/** What a turn takes back. A run that is set aside as poisoned keeps its numbers, to be shown. */
export function suspicionAfterTurn(run: RunState, { turn, operations, proven }: CommitEntry): Suspicion {
  const { recoveries, strikes } = run
  const isProven = run.proven || proven === true
  if (turn.kind === 'block' && turn.blocked.reason === 'POISONED')
    return { recoveries, strikes, proven: isProven }
  if (turn.kind !== 'continue') return unsuspected
  if ((recoveries === 0 || isProven) && operations.some(isSettledStep)) return unsuspected
  return { recoveries, strikes, proven: isProven }
}

/** True of a body that came to its end. */
export function isSettledStep({ type, status }: OperationRecord): boolean {
  return type === 'STEP' && (status === 'SUCCEEDED' || status === 'FAILED')
}
