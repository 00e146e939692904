import type { RetryPolicy } from './retry-policy.js'
import type { StepContext } from './step-context.js'
import type { StepOptions } from './step-options.js'

/**
 * Undoes a step, given what the step returned. It runs as a step of its own, with its own attempts and
 * idempotency key; what it returns is dropped.
 */
export type CompensateFunction<Value> = (value: Value, step: StepContext) => unknown

/**
 * Undoes a step by a handler that is registered with the engine: it runs even where the workflow's code
 * cannot.
 */
export interface CompensateHandler<Value> {
  /** The name under which the handler is registered. */
  readonly handler: string
  /**
   * What the handler is given; stored in the same write as the step's success.
   *
   * @default the value of the step
   */
  readonly args?: (value: Value) => unknown
}

/** How a step is undone: in code, or by a registered handler. */
export type Compensation<Value> = CompensateFunction<Value> | CompensateHandler<Value>

/** Options of `ctx.stepWithCompensation`: those of a step, and those of its undoing. */
export interface CompensatedStepOptions extends StepOptions {
  /**
   * When the compensation is registered: `after` the step has succeeded, or `before` its body first runs.
   * `before` is for calls whose failure does not tell whether they took effect: the compensation then also
   * runs for a failed step, with `undefined` in place of the value.
   *
   * @default 'after'
   */
  readonly register?: 'after' | 'before'
  /** When a failed attempt to compensate is tried again. @default one attempt, no retry */
  readonly compensationRetry?: RetryPolicy
}

/** {@link CompensatedStepOptions} where a compensation always has the value of its step. */
export interface RegisterAfterOptions extends CompensatedStepOptions {
  readonly register?: 'after'
}
