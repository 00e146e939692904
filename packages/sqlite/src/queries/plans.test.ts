import { VirtualClock } from '@perdure/conformance'
import type { ExecutionKey, NewMessage, RunRecord, Store } from '@perdure/core'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { claimOne, claimRequest, entryOf, newRun } from '../../test/builders.js'
import { countWritten, planOf } from '../../test/explain.js'
import { sqlite } from '../sqlite-store.js'

const approved: NewMessage = {
  kind: 'event',
  topic: 'event:approved',
  runNo: null,
  value: null,
  error: null,
  outcome: null,
  dedupeId: 'once',
}

/** A bit of everything, so that every statement there is was run. */
async function useEveryVerb(store: Store): Promise<void> {
  const { pairs } = claimRequest()
  const worker = { namespace: 'main', workerId: 'worker', queues: ['default'], pairs }
  await store.announce(worker)
  const wanted = newRun()
  await store.create([wanted, wanted])
  const parent = await claimOne(store)
  const to: ExecutionKey = { namespace: 'main', executionId: parent.executionId }
  const key = { ...to, runNo: 1 }
  await store.append([{ to, message: approved }])
  const children = [newRun({ parent: { ...key, operationId: 'child' } }), newRun()]
  await commit(store, parent, { children, consumed: [{ inboxSeq: 1, operationId: 'wait' }] })
  await store.renew({ leaseMs: 60_000, holdings: [{ key, fence: parent.fence }] })
  await store.control([{ ...to, action: { kind: 'pause' } }])
  await store.control([{ ...to, action: { kind: 'resume' } }])
  await store.relay({ limit: 1 })
  await store.relay({ limit: 1 })
  await commit(store, parent, {
    turn: { kind: 'continueAsNew', input: parent.input, inputHash: 'hash', version: '1', seed: 'seed' },
  })
  const next = await claimOne(store)
  await commit(store, next, {
    turn: { kind: 'finish', status: 'COMPLETED', output: next.input, error: null, compensationOutcome: null },
  })
  await store.create([newRun()])
  await commit(store, await claimOne(store), {
    turn: { kind: 'block', blocked: { reason: 'UNREADABLE', message: 'no key', build: 'b' } },
  })
  await store.claim(claimRequest({ startedAt: Number.MAX_SAFE_INTEGER }))
  await store.acquire({ ...to, requestId: 'acquire', workerId: 'worker', leaseMs: 1_000 })
  await store.load({ ...key, limit: 10 })
  await store.load({ ...key, limit: 10, everything: true })
  await store.messages({ ...key, topics: [{ topic: 'event:go', after: 0, limit: 10 }], maxBytes: 1_000 })
  await store.read([to, key])
  await store.list({ namespace: 'main', statuses: ['COMPLETED'], limit: 10 })
  const { cursor } = await store.finishedSince({ namespace: 'main', cursor: null, limit: 10 })
  await store.finishedSince({ namespace: 'main', cursor, limit: 10 })
  await store.inbox({ ...to, after: 0, limit: 10 })
  await store.workers({ namespace: 'main', seenSince: 0 })
  await store.retire(worker)
}

async function commit(
  store: Store,
  { namespace, executionId, runNo }: RunRecord,
  changes: object,
): Promise<void> {
  const [run] = await store.read([{ namespace, executionId, runNo }])
  if (run === null || run === undefined) throw new Error('the run is gone')
  const { answers } = await store.commit({ entries: [{ ...entryOf(run), ...changes }] })
  expect(answers).toMatchObject([{ kind: 'applied' }])
}

describe('the statements of all verbs', () => {
  const statements = new Set<string>()
  const database = new Database(':memory:', { verbose: (sql) => statements.add(String(sql).trim()) })
  let ours: readonly string[]

  beforeAll(async () => {
    const store = sqlite({ database, clock: new VirtualClock() })
    await store.open()
    statements.clear()
    await useEveryVerb(store)
    ours = [...statements].filter((sql) => sql.includes('perdure_'))
  })

  it('search by index, and sort nothing', () => {
    const slow = ours.flatMap((sql) =>
      planOf(database, sql)
        .filter((step) => /SCAN .*perdure|SCAN (e|newer)\b|TEMP B-TREE FOR ORDER/.test(step))
        .map((step) => `${step}: ${sql}`),
    )
    // The oldest relay is the first row of its table.
    expect(slow.filter((finding) => !finding.startsWith('SCAN perdure_relays: SELECT'))).toEqual([])
    expect(ours.length).toBeGreaterThan(20)
  })

  it('find what can be claimed in one index alone', () => {
    const claims = ours.filter((sql) => sql.includes('INDEXED BY perdure_executions_claimable'))
    const steps = claims.flatMap((sql) => planOf(database, sql)).filter((step) => step.includes('claimable'))
    const prefix =
      'COVERING INDEX perdure_executions_claimable ' +
      '(namespace=? AND queue=? AND workflow=? AND version=? AND format=? AND suspect=?'
    expect(new Set(steps)).toEqual(
      new Set([
        `SEARCH e USING ${prefix})`,
        `SEARCH e USING ${prefix} AND priority<?)`,
        `SEARCH e USING ${prefix} AND priority=? AND claim_at>?)`,
        `SEARCH perdure_executions USING ${prefix} AND priority=? AND claim_at<?)`,
      ]),
    )
  })

  it('find what may be tried again in one index alone', () => {
    const claims = ours.filter((sql) => sql.includes('INDEXED BY perdure_executions_retryable'))
    const steps = claims.flatMap((sql) => planOf(database, sql)).filter((step) => step.includes('retryable'))
    const prefix =
      'COVERING INDEX perdure_executions_retryable ' +
      '(namespace=? AND queue=? AND workflow=? AND version=? AND format=?'
    expect(new Set(steps)).toEqual(
      new Set([
        `SEARCH e USING ${prefix} AND retryable_since>?)`,
        `SEARCH perdure_executions USING ${prefix} AND retryable_since<?)`,
      ]),
    )
  })

  it('write to one table and no index for what a step changes', () => {
    const updates = ours.filter((sql) => sql.startsWith('UPDATE perdure_executions'))
    const progress = updates.filter((sql) => !sql.includes('claim_at'))
    expect(progress.map((sql) => countWritten(database, sql))).toEqual(progress.map(() => 1))
    expect(progress.length).toBeGreaterThan(0)
    const journal = ours.filter((sql) => sql.startsWith('INSERT INTO perdure_operations'))
    expect(journal.map((sql) => countWritten(database, sql))).toEqual(journal.map(() => 1))
  })
})
