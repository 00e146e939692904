import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { RetryPolicy } from './retry-policy.js'

/**
 * What a crash in the middle of an attempt means.
 *
 * - `atLeastOnce`: the attempt runs again. Its body may have taken effect before; hand `step.idempotencyKey`
 *   to whoever you call.
 * - `atMostOnce`: the start is durable before the body runs, and an attempt that was cut short counts as
 *   failed. It runs again only if `retry` allows another attempt.
 */
export type StepSemantics = 'atLeastOnce' | 'atMostOnce'

/** How a step is run. Every field may be left out. */
export interface StepOptions {
  /**
   * When a failed attempt is tried again.
   *
   * @default one attempt, no retry
   */
  readonly retry?: RetryPolicy
  /**
   * The longest that one attempt may take. Then `step.signal` aborts and the attempt has failed (retryable),
   * even if the body pays no heed; what it returns later is dropped.
   *
   * @default none
   */
  readonly attemptTimeout?: Duration
  /** @default 'atLeastOnce' */
  readonly semantics?: StepSemantics
  /**
   * Writes and reads the result of this step.
   *
   * @default the codec of the engine
   */
  readonly codec?: Codec
  /**
   * Takes the place of the name in the identity of the step. Put the old name here when you rename a step,
   * and running executions still find its result.
   *
   * @default the name
   */
  readonly id?: string
  /**
   * Makes the start of each attempt durable although the semantics do not ask for it, so that the history
   * shows a long step while it runs. Costs one more write per attempt.
   *
   * @default false
   */
  readonly trackStart?: boolean
}
