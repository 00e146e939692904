import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { RetryPolicy } from './retry-policy.js'

/** How an activity on another worker is scheduled. Every field may be left out. */
export interface ActivityOptions {
  /** @default the queue of the execution */
  readonly queue?: string
  /** When a failed attempt is tried again. @default one attempt, no retry */
  readonly retry?: RetryPolicy
  /** The longest that one attempt may take once a worker has it. @default none */
  readonly startToCloseTimeout?: Duration
  /** The longest wait for a worker. @default none */
  readonly scheduleToStartTimeout?: Duration
  /** The longest silence between two heartbeats of an attempt. @default none */
  readonly heartbeatTimeout?: Duration
  /** Writes the input and reads the result. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the operation. @default the name */
  readonly id?: string
}
