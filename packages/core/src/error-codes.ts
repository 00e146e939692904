/** Who can do something about an error: the caller, the user's code, an operator, the store, a release, or nobody. */
export type ErrorCategory = 'input' | 'user' | 'control' | 'store' | 'determinism' | 'internal'

/** What the table of codes says about one of them. */
export interface ErrorCodeEntry {
  /** The name of the class that carries this code. */
  readonly className: string
  /** What the code means, in one sentence. */
  readonly title: string
  readonly category: ErrorCategory
}

function entry<C extends ErrorCategory>(className: string, category: C, title: string): ErrorCodeEntry {
  return Object.freeze({ className, title, category })
}

/** Every code that a `DurableError` can carry. `docs/errors.md` has one heading for each. */
export type ErrorCode =
  | 'VALIDATION'
  | 'SERIALIZATION'
  | 'DESERIALIZATION'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_OPERATION'
  | 'UNKNOWN_WORKFLOW'
  | 'DUPLICATE_WORKFLOW'
  | 'UNKNOWN_EXECUTION'
  | 'EXECUTION_ALREADY_EXISTS'
  | 'INPUT_MISMATCH'
  | 'EXECUTION_NOT_RUNNING'
  | 'EXECUTION_SET_ASIDE'
  | 'INBOX_FULL'
  | 'LEASE_HELD'
  | 'EXECUTION_FAILED'
  | 'EXECUTION_CANCELLED'
  | 'EXECUTION_TERMINATED'
  | 'EXECUTION_TIMED_OUT'
  | 'RESULT_TIMEOUT'
  | 'STEP_FAILED'
  | 'STEP_TIMEOUT'
  | 'STEP_INTERRUPTED'
  | 'EVENT_TIMEOUT'
  | 'CHILD_CONTEXT_FAILED'
  | 'CANCELLED'
  | 'NON_RETRYABLE'
  | 'NON_DETERMINISTIC'
  | 'DURABLE_CALL_IN_STEP'
  | 'OUTER_CONTEXT'
  | 'CONTEXT_ENDED'
  | 'LEASE_LOST'
  | 'STORE_FAILED'
  | 'STORE_BUSY'
  | 'STORE_VERSION'
  | 'DRIVER_VERSION'
  | 'ENGINE_CLOSED'
  | 'COMPENSATION_FAILED'
  | 'CALLBACK_FAILED'
  | 'BATCH_FAILED'
  | 'INVOKE_FAILED'
  | 'CONDITION_TIMEOUT'

/** The one table of error codes. */
export const errorCodes: Readonly<Record<ErrorCode, ErrorCodeEntry>> = Object.freeze({
  VALIDATION: entry(
    'ValidationError',
    'input',
    'A value given to the library is outside of what is allowed.',
  ),
  SERIALIZATION: entry(
    'SerializationError',
    'input',
    'A value cannot be stored without losing something of it.',
  ),
  DESERIALIZATION: entry('DeserializationError', 'store', 'A stored value cannot be read back.'),
  PAYLOAD_TOO_LARGE: entry('PayloadTooLargeError', 'input', 'An encoded value is larger than the limit.'),
  UNSUPPORTED_OPERATION: entry(
    'UnsupportedOperationError',
    'input',
    'The adapter in use does not have the capability that the call needs.',
  ),
  UNKNOWN_WORKFLOW: entry('UnknownWorkflowError', 'input', 'No workflow is registered under the given name.'),
  DUPLICATE_WORKFLOW: entry(
    'DuplicateWorkflowError',
    'input',
    'Two workflows are registered under the same name and version.',
  ),
  UNKNOWN_EXECUTION: entry('UnknownExecutionError', 'input', 'No execution has the given id.'),
  EXECUTION_ALREADY_EXISTS: entry(
    'ExecutionAlreadyExistsError',
    'input',
    'An execution with the given id exists and the id reuse policy does not allow another.',
  ),
  INPUT_MISMATCH: entry(
    'InputMismatchError',
    'input',
    'An execution with the given id exists and was started with a different input.',
  ),
  EXECUTION_NOT_RUNNING: entry('ExecutionNotRunningError', 'input', 'The execution has already ended.'),
  EXECUTION_SET_ASIDE: entry(
    'ExecutionSetAsideError',
    'control',
    'The execution was set aside and cannot clean up before it is unblocked.',
  ),
  INBOX_FULL: entry(
    'InboxFullError',
    'input',
    'The inbox of the execution holds as many messages as it may.',
  ),
  LEASE_HELD: entry('LeaseHeldError', 'control', 'Another process holds the lease of the execution.'),
  EXECUTION_FAILED: entry(
    'ExecutionFailedError',
    'user',
    'The execution ended with an error of the workflow.',
  ),
  EXECUTION_CANCELLED: entry('ExecutionCancelledError', 'control', 'The execution was cancelled.'),
  EXECUTION_TERMINATED: entry(
    'ExecutionTerminatedError',
    'control',
    'The execution was terminated without compensation.',
  ),
  EXECUTION_TIMED_OUT: entry(
    'ExecutionTimedOutError',
    'control',
    'The execution did not end before its deadline.',
  ),
  RESULT_TIMEOUT: entry(
    'ResultTimeoutError',
    'control',
    'The wait for a result timed out while the execution goes on.',
  ),
  STEP_FAILED: entry(
    'StepError',
    'user',
    'A step failed for good: it has no attempt left or may not be retried.',
  ),
  STEP_TIMEOUT: entry(
    'StepTimeoutError',
    'user',
    'An attempt of a step took longer than its attempt timeout.',
  ),
  STEP_INTERRUPTED: entry(
    'StepInterruptedError',
    'user',
    'An at-most-once attempt of a step was interrupted and its outcome is not known.',
  ),
  EVENT_TIMEOUT: entry('EventTimeoutError', 'user', 'The awaited event did not arrive in time.'),
  CHILD_CONTEXT_FAILED: entry('ChildContextError', 'user', 'A child context ended with an error.'),
  CANCELLED: entry('CancelledError', 'control', 'The operation was cancelled together with its execution.'),
  NON_RETRYABLE: entry('NonRetryableError', 'user', 'The user code asked for no further attempt.'),
  NON_DETERMINISTIC: entry(
    'NonDeterministicError',
    'determinism',
    'On replay the workflow called something else than what its journal holds.',
  ),
  DURABLE_CALL_IN_STEP: entry(
    'DurableCallInStepError',
    'determinism',
    'A durable operation was called inside the body of a step or a transaction.',
  ),
  OUTER_CONTEXT: entry(
    'OuterContextError',
    'determinism',
    'The context around a child context was used inside of it.',
  ),
  CONTEXT_ENDED: entry('ContextEndedError', 'determinism', 'A context was used after it had ended.'),
  LEASE_LOST: entry('LeaseLostError', 'store', 'This process may no longer work on the execution.'),
  STORE_FAILED: entry('StoreError', 'store', 'The store could not carry out a request.'),
  STORE_BUSY: entry(
    'StoreBusyError',
    'store',
    'The store stayed locked by others for longer than the busy timeout.',
  ),
  STORE_VERSION: entry(
    'StoreVersionError',
    'store',
    'The store was written by a version that this one cannot read.',
  ),
  DRIVER_VERSION: entry(
    'DriverVersionError',
    'store',
    'The installed database driver does not work with this runtime.',
  ),
  ENGINE_CLOSED: entry('EngineClosedError', 'control', 'The engine was closed and takes no more calls.'),
  COMPENSATION_FAILED: entry('CompensationError', 'user', 'At least one compensation failed for good.'),
  CALLBACK_FAILED: entry('CallbackError', 'user', 'A callback was failed by the other side or timed out.'),
  BATCH_FAILED: entry(
    'BatchError',
    'user',
    'More items of a batch failed than its completion rule tolerates.',
  ),
  INVOKE_FAILED: entry('InvokeError', 'user', 'An invoked function or child workflow ended with an error.'),
  CONDITION_TIMEOUT: entry(
    'ConditionTimeoutError',
    'user',
    'The awaited condition did not come true in time.',
  ),
} satisfies Record<ErrorCode, ErrorCodeEntry>)
