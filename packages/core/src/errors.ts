import { describeValue } from './describe-value.js'
import { type ErrorCode, errorCodes } from './error-codes.js'

/** What an error is about: `executionId`, `operationId`, `field`, `limit` and the like. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** The property by which a `DurableError` is recognised, whichever copy of the package made it. */
export const errorBrand: unique symbol = Symbol.for('perdure.error')

/**
 * The root of every error that the library throws. Tell them apart by `code`, never by `instanceof`: an application
 * may hold two copies of this package.
 *
 * @example
 * ```ts
 * import { isDurableError } from '@perdure/core'
 *
 * export function wasCancelled(error: unknown): boolean {
 *   return isDurableError(error, 'EXECUTION_CANCELLED')
 * }
 * ```
 */
export abstract class DurableError<Code extends ErrorCode = ErrorCode> extends Error {
  /** The code of the class; each subclass has its own. */
  static readonly code: ErrorCode

  /** Stable and upper snake case; see `docs/errors.md`. */
  readonly code: Code
  readonly details: ErrorDetails

  /** A `cause` may stand among the details as well, so that `new X(message, { cause })` means what it does for every error. */
  constructor(message: string, details: ErrorDetails = {}, options?: { readonly cause?: unknown }) {
    const { cause, ...others } = details
    super(message, options ?? (Object.hasOwn(details, 'cause') ? { cause } : undefined))
    // The static of a class is the code of its instances: the cast states what the subclasses below keep to.
    this.code = new.target.code as Code
    this.details = Object.hasOwn(details, 'cause') ? others : details
    const isOurs = Object.hasOwn(new.target, 'code')
    const name = isOurs ? errorCodes[this.code].className : new.target.name
    Object.defineProperty(this, 'name', {
      value: name,
      writable: true,
      configurable: true,
      enumerable: false,
    })
  }
}

Object.defineProperty(DurableError.prototype, errorBrand, { value: true })

/**
 * Whether a value is a `DurableError`, with the given code if there is one. Goes by brand and code. Never throws.
 */
export function isDurableError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is DurableError<Code> {
  if (typeof error !== 'object' || error === null) return false
  try {
    const branded = Reflect.get(error, errorBrand) === true
    return branded && (code === undefined || Reflect.get(error, 'code') === code)
  } catch {
    return false
  }
}

/** A value given to the library is outside of what is allowed. `details`: field, value (described), limit. */
export class ValidationError extends DurableError<'VALIDATION'> {
  static override readonly code = 'VALIDATION'

  constructor(params: {
    readonly field: string
    readonly value: unknown
    readonly limit?: string | number
    readonly message?: string
    readonly cause?: unknown
  }) {
    const value = describeValue(params.value)
    const wanted = params.limit === undefined ? 'is not valid' : `must be ${params.limit}`
    const message = params.message ?? `${params.field} ${wanted}`
    super(`${message} (${params.field} was ${value})`, {
      field: params.field,
      value,
      ...(params.limit === undefined ? {} : { limit: params.limit }),
      ...(params.cause === undefined ? {} : { cause: params.cause }),
    })
  }
}

/**
 * A value cannot be stored without loss. `details`: field (the path of the offending part), value (described), limit
 * (why it cannot be kept).
 */
export class SerializationError extends DurableError<'SERIALIZATION'> {
  static override readonly code = 'SERIALIZATION'
}

/** A stored value cannot be read back. `details.field` says which. */
export class DeserializationError extends DurableError<'DESERIALIZATION'> {
  static override readonly code = 'DESERIALIZATION'
}

/**
 * An encoded value is larger than the limit. `details`: field, size and limit in bytes. `adapterLimit` is what the
 * adapter could take; where it is no more than the limit, nothing is to be raised.
 */
export class PayloadTooLargeError extends DurableError<'PAYLOAD_TOO_LARGE'> {
  static override readonly code = 'PAYLOAD_TOO_LARGE'

  constructor(params: {
    readonly field: string
    readonly size: number
    readonly limit: number
    readonly adapterLimit?: number
  }) {
    const { field, size, limit, adapterLimit = limit } = params
    const isRaisable = adapterLimit > limit
    const whose = isRaisable ? 'the limit' : 'the limit of the adapter'
    const advice = isRaisable ? `, or raise maxPayloadBytes (the adapter takes up to ${adapterLimit})` : ''
    super(
      `${field} is ${size} bytes when encoded and ${whose} is ${limit} bytes: ` +
        `store the data elsewhere and pass a reference to it${advice}`,
      { field, size, limit },
    )
  }
}

/** The adapter lacks a capability. `details`: adapter, capability. */
export class UnsupportedOperationError extends DurableError<'UNSUPPORTED_OPERATION'> {
  static override readonly code = 'UNSUPPORTED_OPERATION'

  constructor(params: { readonly adapter: string; readonly capability: string }) {
    const { adapter, capability } = params
    super(
      `The ${adapter} adapter does not support ${capability}: use an adapter whose capabilities include it`,
      {
        adapter,
        capability,
      },
    )
  }
}

/** No workflow of this name is registered here. */
export class UnknownWorkflowError extends DurableError<'UNKNOWN_WORKFLOW'> {
  static override readonly code = 'UNKNOWN_WORKFLOW'
}

/** Two workflows have the same name and version. */
export class DuplicateWorkflowError extends DurableError<'DUPLICATE_WORKFLOW'> {
  static override readonly code = 'DUPLICATE_WORKFLOW'
}

/** No execution has this id. */
export class UnknownExecutionError extends DurableError<'UNKNOWN_EXECUTION'> {
  static override readonly code = 'UNKNOWN_EXECUTION'
}

/** The id is taken and the id reuse policy allows no other run. */
export class ExecutionAlreadyExistsError extends DurableError<'EXECUTION_ALREADY_EXISTS'> {
  static override readonly code = 'EXECUTION_ALREADY_EXISTS'
}

/** The id belongs to an execution with a different input. */
export class InputMismatchError extends DurableError<'INPUT_MISMATCH'> {
  static override readonly code = 'INPUT_MISMATCH'
}

/** The execution has ended and takes no events. */
export class ExecutionNotRunningError extends DurableError<'EXECUTION_NOT_RUNNING'> {
  static override readonly code = 'EXECUTION_NOT_RUNNING'
}

/** The execution was set aside (POISONED, CORRUPTED): it cannot be cancelled. `details`: executionId, reason. */
export class ExecutionSetAsideError extends DurableError<'EXECUTION_SET_ASIDE'> {
  static override readonly code = 'EXECUTION_SET_ASIDE'
}

/** The inbox of the execution is full. `details`: executionId, limit. */
export class InboxFullError extends DurableError<'INBOX_FULL'> {
  static override readonly code = 'INBOX_FULL'
}

/** Another process works on the execution. `details.remainingMs` is how long its lease still lasts. */
export class LeaseHeldError extends DurableError<'LEASE_HELD'> {
  static override readonly code = 'LEASE_HELD'
}

/** The execution failed; `cause` is the user's error. */
export class ExecutionFailedError extends DurableError<'EXECUTION_FAILED'> {
  static override readonly code = 'EXECUTION_FAILED'
}

/** The execution was cancelled. */
export class ExecutionCancelledError extends DurableError<'EXECUTION_CANCELLED'> {
  static override readonly code = 'EXECUTION_CANCELLED'
}

/** The execution was terminated, without compensation. */
export class ExecutionTerminatedError extends DurableError<'EXECUTION_TERMINATED'> {
  static override readonly code = 'EXECUTION_TERMINATED'
}

/** The execution missed its deadline. */
export class ExecutionTimedOutError extends DurableError<'EXECUTION_TIMED_OUT'> {
  static override readonly code = 'EXECUTION_TIMED_OUT'
}

/** Waiting for the result took too long; the execution itself goes on. */
export class ResultTimeoutError extends DurableError<'RESULT_TIMEOUT'> {
  static override readonly code = 'RESULT_TIMEOUT'
}

/** A step failed for good; `cause` is the user's error. `details`: operationId, name, attempts. */
export class StepError extends DurableError<'STEP_FAILED'> {
  static override readonly code = 'STEP_FAILED'
}

/** An attempt of a step took longer than its `attemptTimeout`. */
export class StepTimeoutError extends DurableError<'STEP_TIMEOUT'> {
  static override readonly code = 'STEP_TIMEOUT'
}

/** An at-most-once attempt was interrupted: it may or may not have had its effect. */
export class StepInterruptedError extends DurableError<'STEP_INTERRUPTED'> {
  static override readonly code = 'STEP_INTERRUPTED'
}

/** The awaited event did not arrive in time. */
export class EventTimeoutError extends DurableError<'EVENT_TIMEOUT'> {
  static override readonly code = 'EVENT_TIMEOUT'
}

/** A child context failed; `cause` is the error of its function. */
export class ChildContextError extends DurableError<'CHILD_CONTEXT_FAILED'> {
  static override readonly code = 'CHILD_CONTEXT_FAILED'
}

/** The execution is being cancelled; thrown once, by an open operation or by the next one. */
export class CancelledError extends DurableError<'CANCELLED'> {
  static override readonly code = 'CANCELLED'
}

/**
 * Throw it in a step to end the step at once, whatever its retry policy says.
 *
 * @example
 * ```ts
 * import { NonRetryableError } from '@perdure/core'
 *
 * export function assertAccepted(status: number): void {
 *   if (status === 402) throw new NonRetryableError('the card was declined', { cause: status })
 * }
 * ```
 */
export class NonRetryableError extends DurableError<'NON_RETRYABLE'> {
  static override readonly code = 'NON_RETRYABLE'
}

/** Replay met another operation than the journal holds. `details`: operationId, path, expected, actual. */
export class NonDeterministicError extends DurableError<'NON_DETERMINISTIC'> {
  static override readonly code = 'NON_DETERMINISTIC'

  constructor(params: {
    readonly operationId: string
    readonly path: string
    readonly expected: string
    readonly actual: string
    readonly executionId?: string
  }) {
    const { path, expected, actual, executionId } = params
    const where = executionId === undefined ? '' : ` of execution ${executionId}`
    super(
      `At ${path}${where} the journal holds ${expected} and the code called ${actual}: ` +
        'run it with the code it was started with, or branch on ctx.patched() where the code changed',
      params,
    )
  }
}

/** A durable operation was called inside a step or a transaction. */
export class DurableCallInStepError extends DurableError<'DURABLE_CALL_IN_STEP'> {
  static override readonly code = 'DURABLE_CALL_IN_STEP'
}

/**
 * The context around a child context was used inside of it. `details`: executionId, name (of the call), inner (the child
 * context), outer (the context that was used).
 */
export class OuterContextError extends DurableError<'OUTER_CONTEXT'> {
  static override readonly code = 'OUTER_CONTEXT'
}

/** A context was used after it had ended. `details`: executionId, name (of the call), context. */
export class ContextEndedError extends DurableError<'CONTEXT_ENDED'> {
  static override readonly code = 'CONTEXT_ENDED'
}

/** The abort reason of `ctx.signal` when this process may no longer work on the execution. */
export class LeaseLostError extends DurableError<'LEASE_LOST'> {
  static override readonly code = 'LEASE_LOST'
}

/** The store could not carry out a request. `details.retryable` says whether trying again can help. */
export class StoreError extends DurableError<'STORE_FAILED'> {
  static override readonly code = 'STORE_FAILED'
}

/** The store stayed locked for longer than the busy timeout. */
export class StoreBusyError extends DurableError<'STORE_BUSY'> {
  static override readonly code = 'STORE_BUSY'
}

/** The store was written by a version that this one cannot read. */
export class StoreVersionError extends DurableError<'STORE_VERSION'> {
  static override readonly code = 'STORE_VERSION'
}

/** The installed database driver does not work with this runtime; the message names the version to install. */
export class DriverVersionError extends DurableError<'DRIVER_VERSION'> {
  static override readonly code = 'DRIVER_VERSION'
}

/** The engine was closed. */
export class EngineClosedError extends DurableError<'ENGINE_CLOSED'> {
  static override readonly code = 'ENGINE_CLOSED'
}

/** At least one compensation failed for good. */
export class CompensationError extends DurableError<'COMPENSATION_FAILED'> {
  static override readonly code = 'COMPENSATION_FAILED'
}

/** A callback was failed by the other side or timed out. */
export class CallbackError extends DurableError<'CALLBACK_FAILED'> {
  static override readonly code = 'CALLBACK_FAILED'
}

/** More items of a batch failed than its completion rule tolerates. */
export class BatchError extends DurableError<'BATCH_FAILED'> {
  static override readonly code = 'BATCH_FAILED'
}

/** An invoked function or child workflow failed; `cause` is its error. */
export class InvokeError extends DurableError<'INVOKE_FAILED'> {
  static override readonly code = 'INVOKE_FAILED'
}

/** The condition did not come true in time, or within its attempts. */
export class ConditionTimeoutError extends DurableError<'CONDITION_TIMEOUT'> {
  static override readonly code = 'CONDITION_TIMEOUT'
}

/** The class of each code, for those that bring a recorded error back. */
export const durableErrorClasses: Readonly<Record<ErrorCode, new (...args: never[]) => DurableError>> =
  Object.freeze({
    VALIDATION: ValidationError,
    SERIALIZATION: SerializationError,
    DESERIALIZATION: DeserializationError,
    PAYLOAD_TOO_LARGE: PayloadTooLargeError,
    UNSUPPORTED_OPERATION: UnsupportedOperationError,
    UNKNOWN_WORKFLOW: UnknownWorkflowError,
    DUPLICATE_WORKFLOW: DuplicateWorkflowError,
    UNKNOWN_EXECUTION: UnknownExecutionError,
    EXECUTION_ALREADY_EXISTS: ExecutionAlreadyExistsError,
    INPUT_MISMATCH: InputMismatchError,
    EXECUTION_NOT_RUNNING: ExecutionNotRunningError,
    EXECUTION_SET_ASIDE: ExecutionSetAsideError,
    INBOX_FULL: InboxFullError,
    LEASE_HELD: LeaseHeldError,
    EXECUTION_FAILED: ExecutionFailedError,
    EXECUTION_CANCELLED: ExecutionCancelledError,
    EXECUTION_TERMINATED: ExecutionTerminatedError,
    EXECUTION_TIMED_OUT: ExecutionTimedOutError,
    RESULT_TIMEOUT: ResultTimeoutError,
    STEP_FAILED: StepError,
    STEP_TIMEOUT: StepTimeoutError,
    STEP_INTERRUPTED: StepInterruptedError,
    EVENT_TIMEOUT: EventTimeoutError,
    CHILD_CONTEXT_FAILED: ChildContextError,
    CANCELLED: CancelledError,
    NON_RETRYABLE: NonRetryableError,
    NON_DETERMINISTIC: NonDeterministicError,
    DURABLE_CALL_IN_STEP: DurableCallInStepError,
    OUTER_CONTEXT: OuterContextError,
    CONTEXT_ENDED: ContextEndedError,
    LEASE_LOST: LeaseLostError,
    STORE_FAILED: StoreError,
    STORE_BUSY: StoreBusyError,
    STORE_VERSION: StoreVersionError,
    DRIVER_VERSION: DriverVersionError,
    ENGINE_CLOSED: EngineClosedError,
    COMPENSATION_FAILED: CompensationError,
    CALLBACK_FAILED: CallbackError,
    BATCH_FAILED: BatchError,
    INVOKE_FAILED: InvokeError,
    CONDITION_TIMEOUT: ConditionTimeoutError,
  })
