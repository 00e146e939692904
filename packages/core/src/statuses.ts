/** Words of the operation protocol. They are those of the AWS Lambda checkpoint API, so that backend maps one to one. */
export type OperationType = 'EXECUTION' | 'CONTEXT' | 'STEP' | 'WAIT' | 'CALLBACK' | 'CHAINED_INVOKE'

/** What an update asks of an operation. */
export type OperationAction = 'START' | 'SUCCEED' | 'FAIL' | 'RETRY' | 'CANCEL'

/** Where an operation stands. The last five are final. */
export type OperationStatus =
  | 'STARTED'
  | 'PENDING'
  | 'READY'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED'
  | 'TIMED_OUT'
  | 'STOPPED'

/** Where a run stands. Those of {@link TerminalStatus} are final for the run. */
export type ExecutionStatus =
  | 'PENDING'
  | 'RUNNING'
  | 'SUSPENDED'
  | 'PAUSED'
  | 'BLOCKED'
  | 'COMPENSATING'
  | TerminalStatus

/** How a run can end. */
export type TerminalStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED'
  | 'TERMINATED'
  | 'TIMED_OUT'
  | 'CONTINUED_AS_NEW'

/** What became of the rollback of a run that did not complete. */
export type CompensationOutcome = 'SUCCEEDED' | 'FAILED' | 'SKIPPED'

export const operationTypes: readonly OperationType[] = [
  'EXECUTION',
  'CONTEXT',
  'STEP',
  'WAIT',
  'CALLBACK',
  'CHAINED_INVOKE',
]

export const operationStatuses: readonly OperationStatus[] = [
  'STARTED',
  'PENDING',
  'READY',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
  'STOPPED',
]

export const terminalStatuses: readonly TerminalStatus[] = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'TIMED_OUT',
  'CONTINUED_AS_NEW',
]

export const executionStatuses: readonly ExecutionStatus[] = [
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'PAUSED',
  'BLOCKED',
  'COMPENSATING',
  ...terminalStatuses,
]

const terminal: ReadonlySet<string> = new Set(terminalStatuses)
const settled: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'STOPPED'])

/** True once a run can never change again. */
export function isTerminal(status: ExecutionStatus): status is TerminalStatus {
  return terminal.has(status)
}

/** True once an operation can never change again. */
export function isSettled(status: OperationStatus): boolean {
  return settled.has(status)
}
