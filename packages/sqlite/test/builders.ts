import type { ClaimRequest, CommitEntry, NewRun, OperationRecord, RunRecord, Store } from '@perdure/core'

let made = 0

export function newRun(overrides: Partial<NewRun> = {}): NewRun {
  made += 1
  return {
    namespace: 'main',
    executionId: `execution-${made}`,
    workflow: 'checkout',
    version: '1',
    queue: 'default',
    priority: 0,
    direct: false,
    parent: null,
    attached: true,
    seed: 'seed',
    input: { format: 'json', data: '{"order":42}' },
    inputHash: 'hash',
    tenantId: null,
    auth: null,
    searchAttributes: null,
    startAt: null,
    timeoutMs: null,
    idReusePolicy: 'useRunning',
    ...overrides,
  }
}

export function claimRequest(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  made += 1
  return {
    requestId: `request-${made}`,
    workerId: 'worker',
    namespace: 'main',
    queues: ['default'],
    pairs: [{ workflow: 'checkout', version: '1', build: 'build' }],
    limit: 50,
    suspects: 50,
    alone: true,
    startedAt: 0,
    leaseMs: 30_000,
    ...overrides,
  }
}

export async function claimOne(store: Store): Promise<RunRecord> {
  const { claimed } = await store.claim(claimRequest({ limit: 1 }))
  const [first] = claimed
  if (first === undefined) throw new Error('nothing is due')
  return first.run
}

export function stepOf(startSeq: number, overrides: Partial<OperationRecord> = {}): OperationRecord {
  return {
    operationId: `operation-${startSeq}`,
    parentId: null,
    name: 'charge',
    occurrence: startSeq,
    type: 'STEP',
    subType: 'Step',
    status: 'SUCCEEDED',
    startSeq,
    settleSeq: startSeq,
    attempt: 1,
    attempts: [],
    dueAt: null,
    value: { format: 'json', data: '"paid"' },
    error: null,
    extras: null,
    startedAt: 1,
    endedAt: 2,
    ...overrides,
  }
}

/** A turn of whoever was given the run as it is here: one step, and on it goes. */
export function entryOf(run: RunRecord, overrides: Partial<CommitEntry> = {}): CommitEntry {
  const { namespace, executionId, runNo, counters } = run
  const seq = counters.startSeq + 1
  return {
    key: { namespace, executionId, runNo },
    fence: run.fence,
    commitSeq: (run.applied?.nonce === run.fence.nonce ? run.applied.commitSeq : 0) + 1,
    leaseMs: 30_000,
    operations: [stepOf(seq)],
    consumed: [],
    counters: { startSeq: seq, settleSeq: seq },
    seen: { inboxSeq: run.inboxSeq, controlSeq: run.control.seq },
    turn: { kind: 'continue' },
    children: [],
    messages: [],
    ...overrides,
  }
}
