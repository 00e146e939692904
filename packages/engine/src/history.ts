import {
  type BlockedReasonCode,
  type Codec,
  type ErrorObject,
  isSettled,
  isTerminal,
  type MessageRecord,
  type OperationRecord,
  type OperationStatus,
  type OperationType,
  type RunRecord,
  type Store,
  showError,
  type TerminalStatus,
} from '@perdure/core'

/** Something that happened in a run, oldest first. */
export type HistoryEvent =
  | { readonly kind: 'ExecutionStarted'; readonly at: Date; readonly runNo: number }
  | ({ readonly kind: 'OperationStarted' } & OperationEvent)
  /** An attempt of a step failed and another follows; of the last ten, if there were more. */
  | ({
      readonly kind: 'AttemptFailed'
      readonly attempt: number
      readonly error: ErrorObject
      readonly nextAttemptAt: Date
    } & OperationEvent)
  | ({
      readonly kind: 'OperationEnded'
      readonly status: OperationStatus
      readonly attempts: number
      readonly error?: ErrorObject
    } & OperationEvent)
  | {
      readonly kind: 'MessageReceived'
      readonly at: Date
      readonly topic: string
      /** The wait that took it; undefined while nothing has. */
      readonly consumedBy?: string
    }
  | {
      readonly kind: 'ExecutionBlocked'
      readonly at: Date
      readonly reason: BlockedReasonCode
      readonly message: string
    }
  | {
      readonly kind: 'ExecutionEnded'
      readonly at: Date
      readonly status: TerminalStatus
      readonly error?: ErrorObject
    }

/** What an event of an operation says of it. */
export interface OperationEvent {
  readonly at: Date
  readonly operationId: string
  readonly parentId?: string
  readonly name: string
  readonly occurrence: number
  readonly type: OperationType
  readonly subType: string
}

const pageSize = 1_000

/** Everything that is recorded of a run, in order. */
export async function readHistory(store: Store, run: RunRecord, codec?: Codec): Promise<HistoryEvent[]> {
  const [operations, messages] = await Promise.all([readOperations(store, run), readMessages(store, run)])
  const events: HistoryEvent[] = [{ kind: 'ExecutionStarted', at: new Date(run.createdAt), runNo: run.runNo }]
  // Of one instant, a message comes before what it ended, and operations are in order: a stable sort keeps it.
  for (const message of messages) events.push(messageEvent(message))
  events.push(...operationEvents(operations.map((operation) => endedWithin(run, operation))))
  events.sort((a, b) => a.at.getTime() - b.at.getTime())
  if (run.blocked !== null) {
    const { reason, message } = run.blocked
    const at =
      run.blockedAt === null ? (events.at(-1)?.at ?? new Date(run.createdAt)) : new Date(run.blockedAt)
    events.push({ kind: 'ExecutionBlocked', at, reason, message })
  }
  if (run.finishedAt !== null && isTerminal(run.status)) {
    const { status, error } = run
    events.push({
      kind: 'ExecutionEnded',
      at: new Date(run.finishedAt),
      status,
      ...(error === null ? {} : { error }),
    })
  }
  return Promise.all(events.map((event) => withError(event, codec)))
}

/** What an error says is shown where it can be read. */
async function withError(event: HistoryEvent, codec: Codec | undefined): Promise<HistoryEvent> {
  if (!('error' in event) || event.error === undefined) return event
  return { ...event, error: await showError(event.error, codec) }
}

/** What was open when the run ended ended with it. No row says so: nobody may have been there to write one. */
function endedWithin({ status, finishedAt }: RunRecord, operation: OperationRecord): OperationRecord {
  if (finishedAt === null || !isTerminal(status) || isSettled(operation.status)) return operation
  return { ...operation, status: 'STOPPED', endedAt: Math.max(finishedAt, operation.startedAt) }
}

/**
 * Starts in the order of their numbers, and ends in the order of theirs, each as soon as everything that started no
 * later has been told of: so a context comes before what is in it, and ends after.
 */
function operationEvents(operations: readonly OperationRecord[]): HistoryEvent[] {
  const events: HistoryEvent[] = []
  const byStart = [...operations].sort((a, b) => a.startSeq - b.startSeq)
  let next = 0
  const startUpTo = (startSeq: number): void => {
    for (let each = byStart[next]; each !== undefined && each.startSeq <= startSeq; each = byStart[next]) {
      events.push(startOf(each), ...attemptsOf(each))
      next += 1
    }
  }
  for (const operation of inSettlementOrder(operations)) {
    startUpTo(operation.startSeq)
    events.push(...endOf(operation))
  }
  return events
}

/** What ended with the run comes last, what is inside before what is around it. */
function inSettlementOrder(operations: readonly OperationRecord[]): readonly OperationRecord[] {
  const last = Number.POSITIVE_INFINITY
  return [...operations].sort(
    (a, b) => (a.settleSeq ?? last) - (b.settleSeq ?? last) || b.startSeq - a.startSeq,
  )
}

function startOf(operation: OperationRecord): HistoryEvent {
  return { kind: 'OperationStarted', at: new Date(operation.startedAt), ...about(operation) }
}

function attemptsOf(operation: OperationRecord): HistoryEvent[] {
  return operation.attempts.map(({ attempt, error, failedAt, nextAttemptAt }) => ({
    kind: 'AttemptFailed',
    at: new Date(failedAt),
    ...about(operation),
    attempt,
    error,
    nextAttemptAt: new Date(nextAttemptAt),
  }))
}

function endOf(operation: OperationRecord): HistoryEvent[] {
  const { status, attempt, error, endedAt } = operation
  if (!isSettled(status) || endedAt === null) return []
  const outcome = { status, attempts: attempt, ...(error === null ? {} : { error }) }
  return [{ kind: 'OperationEnded', at: new Date(endedAt), ...about(operation), ...outcome }]
}

function about(operation: OperationRecord): Omit<OperationEvent, 'at'> {
  const { operationId, parentId, name, occurrence, type, subType } = operation
  return { operationId, name, occurrence, type, subType, ...(parentId === null ? {} : { parentId }) }
}

function messageEvent({ receivedAt, topic, consumedBy }: MessageRecord): HistoryEvent {
  const at = new Date(receivedAt)
  return { kind: 'MessageReceived', at, topic, ...(consumedBy === null ? {} : { consumedBy }) }
}

async function readOperations(store: Store, run: RunRecord): Promise<OperationRecord[]> {
  const { namespace, executionId, runNo } = run
  const operations: OperationRecord[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from: { readonly cursor?: string } = cursor === undefined ? {} : { cursor }
    const page = await store.load({
      namespace,
      executionId,
      runNo,
      limit: pageSize,
      everything: true,
      ...from,
    })
    for (const operation of page.operations) operations.push(operation)
    cursor = page.cursor
  }
  return operations
}

/** An inbox is of the execution: what came in a later life is none of the run's. */
async function readMessages(store: Store, run: RunRecord): Promise<MessageRecord[]> {
  const { namespace, executionId, lifeNo } = run
  const messages: MessageRecord[] = []
  for (let after = run.inboxBase; ; ) {
    const page = await store.inbox({ namespace, executionId, after, limit: pageSize })
    for (const message of page.messages) if (message.lifeNo === lifeNo) messages.push(message)
    const last = page.messages.at(-1)
    if (!page.more || last === undefined || last.lifeNo > lifeNo) return messages
    after = last.inboxSeq
  }
}
