import type { ErrorObject } from './error-object.js'

/** Where a step stands, as far as the workflow has been told. */
export type StepStatus = 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

/**
 * A step as `ctx.getStep` and `ctx.listSteps` show it. It holds only what has been delivered to the workflow,
 * so a replay reads the same at the same place: until its promise settles, a step is `STARTED`, whatever its
 * attempts are doing.
 */
export interface StepRecord<T = unknown> {
  readonly operationId: string
  readonly name: string
  /** 1 for the first step of this name in its context, 2 for the next. */
  readonly occurrence: number
  readonly status: StepStatus
  /** Attempts that it took; 0 until the step has settled. */
  readonly attempts: number
  /** Present once `SUCCEEDED`. */
  readonly result?: T
  /** Present once `FAILED` or `CANCELLED`. */
  readonly error?: ErrorObject
  /** When it settled, in ms since the epoch. */
  readonly endedAt?: number
}
