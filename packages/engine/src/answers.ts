import {
  type AppendAnswer,
  type CreateAnswer,
  EngineClosedError,
  ExecutionAlreadyExistsError,
  ExecutionNotRunningError,
  ExecutionSetAsideError,
  InboxFullError,
  InputMismatchError,
  UnknownExecutionError,
} from '@perdure/core'

/** What a store answered, as what the caller is told. */

type StartedAnswer = Extract<CreateAnswer, { readonly kind: 'created' | 'existing' }>

/** The run that was created or found. @throws InputMismatchError, ExecutionAlreadyExistsError */
export function startedRun(executionId: string, answer: CreateAnswer | undefined): StartedAnswer {
  switch (answer?.kind) {
    case 'created':
    case 'existing':
      return answer
    case 'mismatch':
      throw new InputMismatchError(
        `Execution ${executionId} exists with another ${answer.field}: give this one an id of its own.`,
        { executionId, runNo: answer.runNo, field: answer.field },
      )
    default: {
      const status = answer?.status ?? 'unknown'
      throw new ExecutionAlreadyExistsError(
        `Execution ${executionId} exists (${status}) and its id may not be used again: choose another id, or an ` +
          'idReusePolicy that allows it.',
        { executionId, status },
      )
    }
  }
}

/** @throws InboxFullError, ExecutionNotRunningError, UnknownExecutionError */
export function throwUnlessAppended(
  executionId: string,
  name: string,
  answer: AppendAnswer | undefined,
): void {
  const details = { executionId, name }
  switch (answer?.kind) {
    case 'appended':
    case 'duplicate':
      return
    case 'full':
      throw new InboxFullError(
        `The inbox of execution ${executionId} holds ${answer.limit} events that nobody has waited for.`,
        { ...details, limit: answer.limit },
      )
    case 'finished':
      throw new ExecutionNotRunningError(`Execution ${executionId} has ended and takes no events.`, details)
    case 'dropped':
      throw new ExecutionNotRunningError(
        `This run of execution ${executionId} has ended and takes no events; the execution was started again since.`,
        details,
      )
    default:
      throw unknownExecution(executionId)
  }
}

export function setAside(executionId: string, reason: 'POISONED' | 'CORRUPTED'): ExecutionSetAsideError {
  return new ExecutionSetAsideError(
    `Execution ${executionId} is set aside (${reason}) and cannot clean up: terminate it, or unblock it first.`,
    { executionId, reason },
  )
}

export function unknownExecution(executionId: string, runNo?: number): UnknownExecutionError {
  const run = runNo === undefined ? '' : ` with run ${runNo}`
  return new UnknownExecutionError(`There is no execution ${executionId}${run} in this namespace.`, {
    executionId,
    ...(runNo === undefined ? {} : { runNo }),
  })
}

export function closedEngine(cause?: unknown): EngineClosedError {
  const options = cause === undefined ? undefined : { cause }
  return new EngineClosedError('This engine was closed; create another one.', {}, options)
}
