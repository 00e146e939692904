import type { InboxMessage, NewRun, OperationRecord, RunRecord } from '@perdure/core'

/** A run that nobody holds, changed as a test says. */
export function runRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    namespace: 'main',
    executionId: 'order-42',
    runNo: 1,
    lifeNo: 1,
    workflow: 'checkout',
    version: '1',
    queue: 'default',
    priority: 0,
    direct: false,
    parent: null,
    attached: false,
    childCount: 0,
    status: 'PENDING',
    blocked: null,
    blockedAt: null,
    decided: null,
    dueAt: 1_000,
    leaseUntil: null,
    leaseOwner: null,
    fence: { epoch: 1, nonce: 'nonce-1' },
    applied: null,
    recoveries: 0,
    strikes: 0,
    proven: false,
    answeredAt: 0,
    inboxSeq: 0,
    inboxBase: 0,
    inboxPending: 0,
    waitsFor: [],
    control: { seq: 0, paused: false, cancel: null, deadlineAt: null },
    counters: { startSeq: 0, settleSeq: 0 },
    createdAt: 1_000,
    startedAt: 1_000,
    finishedAt: null,
    seed: 'seed',
    input: { format: 'json', data: '{}' },
    inputHash: 'hash-1',
    startInputHash: 'hash-1',
    tenantId: null,
    auth: null,
    searchAttributes: null,
    output: null,
    error: null,
    compensationOutcome: null,
    ...change,
  }
}

export function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    namespace: 'main',
    executionId: 'order-42',
    workflow: 'checkout',
    version: '1',
    queue: 'default',
    priority: 0,
    direct: false,
    parent: null,
    attached: false,
    seed: 'seed',
    input: { format: 'json', data: '{}' },
    inputHash: 'hash-1',
    tenantId: null,
    auth: null,
    searchAttributes: null,
    startAt: null,
    timeoutMs: null,
    idReusePolicy: 'useRunning',
    ...change,
  }
}

export function operation(change: Partial<OperationRecord> = {}): OperationRecord {
  return {
    operationId: 'op-1',
    parentId: null,
    name: 'charge',
    occurrence: 1,
    type: 'STEP',
    subType: 'Step',
    status: 'STARTED',
    startSeq: 1,
    settleSeq: null,
    attempt: 0,
    dueAt: null,
    value: null,
    error: null,
    extras: null,
    startedAt: 1_000,
    endedAt: null,
    ...change,
  }
}

export function message(change: Partial<InboxMessage> = {}): InboxMessage {
  return {
    inboxSeq: 1,
    receivedAt: 1_000,
    kind: 'event',
    topic: 'event:approved',
    runNo: null,
    value: null,
    error: null,
    outcome: null,
    dedupeId: null,
    ...change,
  }
}
