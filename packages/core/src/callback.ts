import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { ErrorObject } from './error-object.js'
import type { StandardSchemaV1 } from './standard-schema.js'
import type { StepOptions } from './step-options.js'

/** How a callback is kept. Every field may be left out. */
export interface CallbackOptions<T = unknown> {
  /** The longest wait for a result, from creation on. @default forever */
  readonly timeout?: Duration
  /** The longest silence between two heartbeats; shorter than `timeout`. @default none */
  readonly heartbeatTimeout?: Duration
  /** Checks the payload when it arrives and gives the callback its type. */
  readonly schema?: StandardSchemaV1<unknown, T>
  /** Reads the payload. @default our own mark if it carries one, else JSON, else text */
  readonly codec?: Codec
}

/** A promise that somebody outside settles, by its id. */
export interface CallbackHandle<T = unknown> {
  /**
   * What you hand out. Signed and hard to guess: whoever has it can complete the callback, and nothing else.
   */
  readonly callbackId: string
  readonly operationId: string
  readonly name: string
  /**
   * The payload, once the callback has been completed.
   *
   * @throws CallbackError if it was failed from outside, or cancelled with its execution
   * @throws CallbackError also if `timeout` or `heartbeatTimeout` ran out
   * @throws DeserializationError if the payload cannot be read
   */
  result(): Promise<T>
}

/**
 * Where a callback stands, as far as the workflow has been told: what `ctx.callbackResult` reads. A callback
 * that was cancelled with its execution is `FAILED`, with a `CancelledError` as its error.
 */
export type CallbackResult<T = unknown> =
  | { readonly status: 'PENDING' }
  | { readonly status: 'SUCCEEDED'; readonly value: T }
  | { readonly status: 'FAILED'; readonly error: ErrorObject }
  | { readonly status: 'TIMED_OUT'; readonly error: ErrorObject }

/** Options of `ctx.waitForCallback`: those of the callback, and how its id is handed out. */
export interface WaitForCallbackOptions<T = unknown> extends CallbackOptions<T> {
  /** How the submitter is run: it is a step. @default one attempt, no retry */
  readonly submit?: StepOptions
}
