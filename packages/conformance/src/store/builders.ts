import type {
  AcquireRequest,
  ClaimRequest,
  CommitEntry,
  EncodedValue,
  ExecutionKey,
  Fence,
  NewMessage,
  NewRun,
  OperationRecord,
  RunKey,
  RunRecord,
  WorkflowPair,
} from '@perdure/core'
import { isSettled } from '@perdure/core'

let made = 0

/** A name that no other row of this process has. */
export function unique(prefix: string): string {
  made += 1
  return `${prefix}-${made}`
}

export function executionOf({ namespace, executionId }: ExecutionKey): ExecutionKey {
  return { namespace, executionId }
}

export function keyOf({ namespace, executionId, runNo }: RunKey): RunKey {
  return { namespace, executionId, runNo }
}

/** What the holder of a run has to show. */
export function holding(run: RunRecord): { readonly key: RunKey; readonly fence: Fence } {
  return { key: keyOf(run), fence: run.fence }
}

/** A value as the default codec writes it. */
export function json(value: unknown): EncodedValue {
  return { format: 'json', data: JSON.stringify(value) }
}

/** A run to be, due at once, that no other requirement knows. */
export function newRun(overrides: Partial<NewRun> = {}): NewRun {
  return {
    namespace: 'main',
    executionId: unique('execution'),
    workflow: 'checkout',
    version: '1',
    queue: 'default',
    priority: 0,
    direct: false,
    parent: null,
    attached: false,
    seed: 'seed',
    input: json({ order: 42 }),
    inputHash: 'hash-of-42',
    tenantId: null,
    auth: null,
    searchAttributes: null,
    startAt: null,
    timeoutMs: null,
    idReusePolicy: 'useRunning',
    ...overrides,
  }
}

/** A run to be, as the attached child of a run, in a queue of its own. */
export function newChild(parent: RunRecord, operationId: string, overrides: Partial<NewRun> = {}): NewRun {
  const { namespace, executionId, runNo } = parent
  const link = { executionId, runNo, operationId }
  return newRun({ namespace, queue: unique('queue'), parent: link, attached: true, ...overrides })
}

/** A worker's code for the workflow that `newRun` starts. */
export function pair(overrides: Partial<WorkflowPair> = {}): WorkflowPair {
  return { workflow: 'checkout', version: '1', build: 'build-1', ...overrides }
}

/** A claim of all that `newRun` starts. */
export function claimRequest(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    requestId: unique('claim'),
    workerId: 'worker-1',
    namespace: 'main',
    queues: ['default'],
    pairs: [pair()],
    limit: 100,
    suspects: 100,
    alone: true,
    startedAt: 0,
    leaseMs: 30_000,
    ...overrides,
  }
}

export function acquireRequest(
  execution: ExecutionKey,
  overrides: Partial<AcquireRequest> = {},
): AcquireRequest {
  return {
    ...executionOf(execution),
    requestId: unique('acquire'),
    workerId: 'process-1',
    leaseMs: 30_000,
    ...overrides,
  }
}

/**
 * The next turn of whoever holds the run as it stands in `run`, with nothing in it but what the overrides say. The
 * counters follow from the operations.
 */
export function entryFor(run: RunRecord, overrides: Partial<CommitEntry> = {}): CommitEntry {
  const { fence, applied, counters } = run
  const operations = overrides.operations ?? []
  const started = operations.map(({ startSeq }) => startSeq)
  const settled = operations.map(({ settleSeq }) => settleSeq ?? 0)
  return {
    key: keyOf(run),
    fence,
    commitSeq: applied?.nonce === fence.nonce ? applied.commitSeq + 1 : 1,
    leaseMs: 30_000,
    operations,
    consumed: [],
    counters: {
      startSeq: Math.max(counters.startSeq, ...started),
      settleSeq: Math.max(counters.settleSeq, ...settled),
    },
    seen: { inboxSeq: run.inboxSeq, controlSeq: run.control.seq },
    turn: { kind: 'continue' },
    children: [],
    messages: [],
    ...overrides,
  }
}

/** Rows that go on where the run's journal ends: finished steps, unless the overrides say otherwise. */
export function operations(
  run: RunRecord,
  rows: readonly Partial<OperationRecord>[],
): readonly OperationRecord[] {
  let { startSeq, settleSeq } = run.counters
  return rows.map((row) => {
    const isEnd = isSettled(row.status ?? 'SUCCEEDED')
    if (row.startSeq === undefined) startSeq += 1
    if (isEnd && row.settleSeq === undefined) settleSeq += 1
    const operationId = row.operationId ?? unique('operation')
    return {
      operationId,
      parentId: null,
      name: operationId,
      occurrence: 1,
      type: 'STEP',
      subType: 'Step',
      status: 'SUCCEEDED',
      startSeq,
      settleSeq: isEnd ? settleSeq : null,
      attempt: 1,
      attempts: [],
      dueAt: null,
      value: isEnd ? json('done') : null,
      error: null,
      extras: null,
      startedAt: run.createdAt,
      endedAt: isEnd ? run.createdAt : null,
      ...row,
    }
  })
}

/** Cursors that no page answers. */
export const strangeCursors: readonly string[] = ['', 'rubbish', "'; drop table runs; --", 'e30', '😀']

/** What a strange cursor is answered with. */
export const notACursor = { code: 'VALIDATION', details: { field: 'cursor' } } as const

/** What adapters are tempted to join the parts of a key with. */
const separators = [
  '/',
  '\0',
  ' ',
  '|',
  ':',
  '\n',
  ',',
  '.',
  '-',
  '_',
  '#',
  '"',
  '","',
  '\\',
  '\u001f',
] as const

/**
 * Pairs of different keys that become one if their two parts are joined with a separator: `a:b`, `c` and `a`, `b:c`.
 */
export const forgedPairs: readonly (readonly [Forged, Forged])[] = separators.flatMap((separator) => [
  [
    { outer: `a${separator}b`, inner: 'c' },
    { outer: 'a', inner: `b${separator}c` },
  ],
  [
    { outer: `x${separator}1`, inner: 'y' },
    { outer: 'x', inner: `1${separator}y` },
  ],
])

interface Forged {
  readonly outer: string
  readonly inner: string
}

/** An event for whichever run is current. */
export function event(name: string, overrides: Partial<NewMessage> = {}): NewMessage {
  return {
    kind: 'event',
    topic: `event:${name}`,
    runNo: null,
    value: json(name),
    error: null,
    outcome: null,
    dedupeId: null,
    ...overrides,
  }
}

/** What the child of an operation tells its parent. */
export function outcome(operationId: string, overrides: Partial<NewMessage> = {}): NewMessage {
  return event(operationId, {
    kind: 'child',
    topic: `child:${operationId}`,
    runNo: 1,
    outcome: 'COMPLETED',
    ...overrides,
  })
}

/** What a callback is completed with, for whichever run is current. Unlike an event it fits into a full inbox. */
export function callback(operationId: string, overrides: Partial<NewMessage> = {}): NewMessage {
  return event(operationId, { kind: 'callback', topic: `callback:${operationId}`, ...overrides })
}
