import {
  type CancelRequest,
  cancelSubType,
  type OperationRecord,
  type PassEnding,
  type Turn,
} from '@perdure/core'

export type FinishTurn = Extract<Turn, { readonly kind: 'finish' }>
export type LastTurn = Extract<Turn, { readonly kind: 'finish' | 'block' | 'release' }>

const blank = { kind: 'finish', output: null, error: null, compensationOutcome: null } as const

/** How the end of a workflow function ends its run. */
export function finishTurn(ending: PassEnding): FinishTurn {
  switch (ending.kind) {
    case 'completed':
      return { ...blank, status: 'COMPLETED', output: ending.output }
    case 'failed':
      return { ...blank, status: 'FAILED', error: ending.error }
    case 'cancelled':
      return { ...blank, status: 'CANCELLED', error: ending.error }
  }
}

/** The timeout of the run has passed, whatever its code is doing. */
export function timedOutTurn(): FinishTurn {
  const error = {
    name: 'ExecutionTimedOutError',
    code: 'EXECUTION_TIMED_OUT',
    message: 'the timeout has passed',
  }
  return { ...blank, status: 'TIMED_OUT', error }
}

/** A cancelled run has not ended within its grace. */
export function cancelledTurn(cancel: CancelRequest): FinishTurn {
  return { ...blank, status: 'CANCELLED', error: cancelError(cancel) }
}

/** The journal entry that says a cancel reached the run, before it is settled. */
export function cancelOperation(
  cancel: CancelRequest,
  startSeq: number,
  graceEndsAt: number,
): OperationRecord {
  return {
    operationId: 'cancel',
    parentId: null,
    name: 'cancel',
    occurrence: 1,
    type: 'EXECUTION',
    subType: cancelSubType,
    status: 'STARTED',
    startSeq,
    settleSeq: null,
    attempt: 0,
    attempts: [],
    dueAt: null,
    value: null,
    error: cancelError(cancel),
    extras: { graceEndsAt },
    startedAt: cancel.requestedAt,
    endedAt: null,
  }
}

function cancelError({ reason }: CancelRequest): { name: string; code: string; message: string } {
  return { name: 'CancelledError', code: 'CANCELLED', message: reason ?? 'cancelled' }
}

/** When the time to clean up ends, as the journal entry of a cancel has it. */
export function recordedGraceEnd({ extras }: OperationRecord): number | undefined {
  const graceEndsAt = extras?.['graceEndsAt']
  return typeof graceEndsAt === 'number' ? graceEndsAt : undefined
}
