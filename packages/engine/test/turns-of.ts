import type { CommitEntry, OperationRecord, RunRecord, Store, Turn } from '@perdure/core'
import { newRun } from './run-record.js'

/** Create and lease runs of a store; what each holder then writes is up to the test. */
export async function leaseRuns(store: Store, executionIds: readonly string[]): Promise<RunRecord[]> {
  await store.create(executionIds.map((executionId) => newRun({ executionId })))
  const { claimed } = await store.claim(claimRequest('claim-1', executionIds.length))
  return claimed.map(({ run }) => run).sort((a, b) => (a.executionId < b.executionId ? -1 : 1))
}

export function claimRequest(requestId: string, limit = 10): Parameters<Store['claim']>[0] {
  return {
    requestId,
    workerId: 'worker-1',
    namespace: 'main',
    queues: ['default'],
    pairs: [{ workflow: 'checkout', version: '1', build: 'b1' }],
    limit,
    suspects: limit,
    alone: true,
    startedAt: 0,
    leaseMs: 30_000,
  }
}

/** A turn of whoever holds the run. */
export function entryOf(
  run: RunRecord,
  turn: Turn = { kind: 'continue' },
  operations: readonly OperationRecord[] = [],
  commitSeq = 1,
): CommitEntry {
  const { namespace, executionId, runNo, fence } = run
  return {
    key: { namespace, executionId, runNo },
    fence,
    commitSeq,
    leaseMs: 30_000,
    operations,
    consumed: [],
    counters: { startSeq: operations.length, settleSeq: 0 },
    seen: { inboxSeq: 0, controlSeq: 0 },
    turn,
    children: [],
    messages: [],
  }
}
