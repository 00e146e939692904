import type { AddressedMessage, CreateAnswer, NewRun } from '../store.js'

/**
 * What a parent hears if a child could not be created, because its id is taken; null if it was. It arrives as the
 * outcome of the child would, so the parent waits for one thing only.
 */
export function refusedChild(child: NewRun, answer: CreateAnswer): AddressedMessage | null {
  if (answer.kind === 'created' || child.parent === null) return null
  const { executionId, runNo, operationId } = child.parent
  return {
    to: { namespace: child.namespace, executionId },
    message: {
      kind: 'child',
      topic: `child:${operationId}`,
      runNo,
      value: null,
      error: {
        name: 'ExecutionAlreadyExistsError',
        message: `The child execution ${child.executionId} was not started: an execution with this id exists`,
        code: 'EXECUTION_ALREADY_EXISTS',
        durable: true,
      },
      outcome: 'FAILED',
      dedupeId: `refused:${runNo}:${operationId}`,
    },
  }
}
