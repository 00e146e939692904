import {
  type CancelRequest,
  cancelSubType,
  type ErrorObject,
  endingOf,
  type OperationRecord,
  type PassEnding,
  saying,
  type Turn,
} from '@perdure/core'

export type FinishTurn = Extract<Turn, { readonly kind: 'finish' }>
export type LastTurn = Extract<Turn, { readonly kind: 'finish' | 'block' | 'release' }>

/** How the end of a workflow function ends its run; `cancel` is the request that it followed, if it did. */
export function finishTurn(ending: PassEnding, cancel: CancelRequest | null): FinishTurn {
  const blank = { kind: 'finish', output: null, error: null, compensationOutcome: null } as const
  switch (ending.kind) {
    case 'completed':
      return { ...blank, status: 'COMPLETED', output: ending.output }
    case 'failed':
      return { ...blank, status: 'FAILED', error: ending.error }
    case 'cancelled':
      return cancelledTurn(cancel)
  }
}

/** The timeout of the run has passed, whatever its code is doing. */
export function timedOutTurn(): FinishTurn {
  return { kind: 'finish', ...endingOf('TIMED_OUT', null, null), status: 'TIMED_OUT' }
}

/** A cancelled run has cleaned up, or has had its time to. */
export function cancelledTurn(cancel: CancelRequest | null): FinishTurn {
  return { kind: 'finish', ...endingOf('CANCELLED', cancel?.reason ?? null, null), status: 'CANCELLED' }
}

export const cancelOperationId = 'cancel'

/** The journal entry that says a cancel reached the run, before it is settled. */
export function cancelOperation(
  cancel: CancelRequest,
  startSeq: number,
  graceEndsAt: number,
): OperationRecord {
  return {
    operationId: cancelOperationId,
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

/** What the code hears. */
function cancelError({ reason }: CancelRequest): ErrorObject {
  return { name: 'CancelledError', code: 'CANCELLED', ...saying(reason ?? 'cancelled') }
}

/** When the time to clean up ends, as the journal entry of a cancel has it. */
export function recordedGraceEnd({ extras }: OperationRecord): number | undefined {
  const graceEndsAt = extras?.['graceEndsAt']
  return typeof graceEndsAt === 'number' ? graceEndsAt : undefined
}
