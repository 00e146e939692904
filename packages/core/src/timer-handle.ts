/** How a timer ended. */
export type TimerOutcome = 'FIRED' | 'CANCELLED'

/**
 * What `ctx.cancelWait` found.
 *
 * - `CANCELLED`: the wait was open; it ends now.
 * - `ALREADY_ENDED`: it had fired or had been cancelled; nothing changed.
 * - `NOT_FOUND`: this run has no operation of that id.
 * - `NOT_A_WAIT`: the id belongs to something else; nothing changed.
 */
export type CancelWaitOutcome = 'CANCELLED' | 'ALREADY_ENDED' | 'NOT_FOUND' | 'NOT_A_WAIT'

/** A running timer: wait for it, race it, or call it off. */
export interface TimerHandle {
  readonly operationId: string
  readonly name: string
  /** Resolves when the timer fires or is cancelled. */
  readonly promise: Promise<TimerOutcome>
  /** Ends the timer now; resolves when that is durable, with what it found. */
  cancel(): Promise<CancelWaitOutcome>
}
