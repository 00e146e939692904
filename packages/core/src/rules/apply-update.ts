import type { OperationUpdate } from '../journal.js'
import type { FailedAttempt, OperationRecord } from '../records.js'
import { isSettled, type OperationStatus } from '../statuses.js'

/** Hands out the dense numbers of a run. */
export interface Sequence {
  nextStartSeq(): number
  nextSettleSeq(): number
}

/**
 * The operation after an update: the state machine of the operation protocol, the same wherever the history is kept.
 *
 * STEP: START from nothing or READY; RETRY, SUCCEED, FAIL from nothing, STARTED or READY, each ending an attempt.
 * CONTEXT, EXECUTION: START from nothing; SUCCEED, FAIL from nothing or STARTED. WAIT, CALLBACK, CHAINED_INVOKE: START
 * from nothing. CANCEL closes whatever is open. Nothing follows a final status.
 *
 * @throws Error on a transition that the protocol does not have: a mistake in the caller, never in user code.
 */
export function applyUpdate(
  current: OperationRecord | undefined,
  update: OperationUpdate,
  now: number,
  sequence: Sequence,
): OperationRecord {
  const status = nextStatus(current?.status, update)
  const endsAttempt = update.type === 'STEP' && (isEnd(update.action) || update.action === 'RETRY')
  const settled = isSettled(status)
  const attempt = (current?.attempt ?? 0) + (endsAttempt ? 1 : 0)
  return {
    operationId: update.operationId,
    parentId: update.parentId,
    name: update.name,
    occurrence: update.occurrence,
    type: update.type,
    subType: update.subType,
    status,
    startSeq: current?.startSeq ?? sequence.nextStartSeq(),
    settleSeq: settled ? sequence.nextSettleSeq() : null,
    attempt,
    attempts: failedAttempts(current?.attempts ?? [], update, attempt, now),
    dueAt: settled ? null : (update.dueAt ?? null),
    value: update.value ?? null,
    error: update.error ?? null,
    extras: update.extras ?? current?.extras ?? null,
    startedAt: current?.startedAt ?? now,
    endedAt: settled ? now : null,
  }
}

/** How many attempts a row tells of. */
const maxAttempts = 10

function failedAttempts(
  before: readonly FailedAttempt[],
  { action, error, dueAt }: OperationUpdate,
  attempt: number,
  now: number,
): readonly FailedAttempt[] {
  if (action !== 'RETRY' || error === undefined) return before
  // The stack of the newest is in the row itself; ten of them would be most of it.
  const { stack: _, ...kept } = error
  return [...before, { attempt, error: kept, failedAt: now, nextAttemptAt: dueAt ?? now }].slice(-maxAttempts)
}

function isEnd(action: OperationUpdate['action']): boolean {
  return action === 'SUCCEED' || action === 'FAIL'
}

function nextStatus(
  from: OperationStatus | undefined,
  { type, action, operationId }: OperationUpdate,
): OperationStatus {
  const to = transitions[action]
  const allowed = allowedFrom(type, action)
  if (!allowed.includes(from ?? 'ABSENT')) {
    throw new Error(`Operation ${operationId} (${type}) cannot ${action} when ${from ?? 'not started'}.`)
  }
  return to
}

const transitions = {
  START: 'STARTED',
  SUCCEED: 'SUCCEEDED',
  FAIL: 'FAILED',
  RETRY: 'PENDING',
  CANCEL: 'CANCELLED',
} as const satisfies Record<OperationUpdate['action'], OperationStatus>

type From = OperationStatus | 'ABSENT'

/** PENDING counts as READY here: only the holder, who has seen the due time pass, asks for the next attempt. */
function allowedFrom(type: OperationUpdate['type'], action: OperationUpdate['action']): readonly From[] {
  switch (action) {
    case 'START':
      return type === 'STEP' ? ['ABSENT', 'READY', 'PENDING'] : ['ABSENT']
    case 'RETRY':
      return type === 'STEP' ? ['ABSENT', 'STARTED', 'READY', 'PENDING'] : []
    case 'SUCCEED':
    case 'FAIL':
      if (type === 'STEP') return ['ABSENT', 'STARTED', 'READY', 'PENDING']
      // A timer and a message end what they end; no holder of the run asks for it.
      return type === 'CONTEXT' || type === 'EXECUTION' ? ['ABSENT', 'STARTED'] : []
    case 'CANCEL':
      return ['ABSENT', 'STARTED', 'PENDING', 'READY']
  }
}
