import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { RetryPolicy } from './retry-policy.js'

/** How a transaction is run. Every field may be left out. */
export interface TransactionOptions {
  /** When a transaction that was rolled back is tried again. @default one attempt, no retry */
  readonly retry?: RetryPolicy
  /** The longest that one attempt may take before it is rolled back. @default the adapter's own limit */
  readonly attemptTimeout?: Duration
  /** Writes and reads the result. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the transaction. @default the name */
  readonly id?: string
}
