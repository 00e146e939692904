import type { Codec } from './codec.js'
import type { Duration } from './duration.js'

/** How `ctx.waitForCondition` polls. */
export interface WaitForConditionOptions<State> {
  /** What the first check is given. */
  readonly initialState: State
  /** Looks at the state that a check returned and decides. */
  readonly waitStrategy: WaitStrategy<State>
  /** The longest wait altogether. @default forever */
  readonly timeout?: Duration
  /** Writes and reads the state. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the operation. @default the name */
  readonly id?: string
}

/**
 * Decides after each check. `attempt` is 1 after the first one. It runs again on replay, so it must depend on
 * nothing but its arguments. An error that it throws ends the wait with that error.
 */
export type WaitStrategy<State> = (state: State, attempt: number) => WaitDecision

/** Stop, and the state is the result; or check again after a delay. */
export type WaitDecision =
  | { readonly shouldContinue: false }
  | { readonly shouldContinue: true; readonly delay: Duration }
