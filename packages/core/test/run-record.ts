import type { NewMessage, OperationRecord, RunRecord } from '../src/records.js'
import type { CommitEntry, NewRun } from '../src/store.js'

/** An instant at which the rows below stand. */
export const now = 1_000_000

/** A run that is held and has recorded something, changed as a test says. */
export function heldRun(change: Partial<RunRecord> = {}): RunRecord {
  return {
    ...freeRun(),
    status: 'RUNNING',
    leaseUntil: now + 30_000,
    leaseOwner: 'worker-1',
    fence: { epoch: 3, nonce: 'nonce-3' },
    applied: { nonce: 'nonce-3', commitSeq: 2 },
    counters: { startSeq: 4, settleSeq: 3 },
    startedAt: now - 5_000,
    ...change,
  }
}

/** A run that was just created. */
export function freeRun(change: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
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
    corrupted: null,
    decided: null,
    dueAt: now,
    leaseUntil: null,
    leaseOwner: null,
    fence: { epoch: 0, nonce: '' },
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
    createdAt: now - 10_000,
    startedAt: null,
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

/** A turn of the holder of {@link heldRun}. */
export function turnOf(turn: CommitEntry['turn'], change: Partial<CommitEntry> = {}): CommitEntry {
  return {
    key: { namespace: 'main', executionId: 'order-42', runNo: 1 },
    fence: { epoch: 3, nonce: 'nonce-3' },
    commitSeq: 3,
    leaseMs: 30_000,
    operations: [],
    consumed: [],
    counters: { startSeq: 5, settleSeq: 4 },
    seen: { inboxSeq: 0, controlSeq: 0 },
    turn,
    children: [],
    messages: [],
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

export function event(change: Partial<NewMessage> = {}): NewMessage {
  return {
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

/** A settled step. */
export function operation(change: Partial<OperationRecord> = {}): OperationRecord {
  return {
    operationId: 'op-1',
    parentId: null,
    name: 'charge',
    occurrence: 1,
    type: 'STEP',
    subType: 'Step',
    status: 'SUCCEEDED',
    startSeq: 1,
    settleSeq: 1,
    attempt: 1,
    attempts: [],
    dueAt: null,
    value: { format: 'json', data: '1' },
    error: null,
    extras: null,
    startedAt: now,
    endedAt: now,
    ...change,
  }
}
