import { VirtualClock } from '@perdure/conformance'
import type { Store } from '@perdure/core'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { claimOne, claimRequest, entryOf, newRun, stepOf } from './builders.js'
import { temporaryFile } from './temporary-file.js'

// What every store does about rows that it cannot read is in the conformance suite; here are the columns of this one.

let store: Store
let owner: Database.Database

beforeEach(async () => {
  const { path, remove } = temporaryFile()
  store = sqlite({ path, clock: new VirtualClock() })
  await store.open()
  owner = new Database(path)
  onTestFinished(remove)
})

afterEach(async () => {
  owner.close()
  await store.close()
})

const garbage = '{oops'

describe('a run of which this cannot be read', () => {
  it.each([
    ['status', "UPDATE perdure_executions SET status = 'IMPOSSIBLE'", 'status'],
    ['decided', "UPDATE perdure_executions SET decided = 'MAYBE'", 'decided'],
    ['blocked', `UPDATE perdure_executions SET blocked = '${garbage}'`, 'blocked'],
    ['waits_for', `UPDATE perdure_executions SET waits_for = '${garbage}'`, 'waitsFor'],
    ['waits_for, which is JSON', "UPDATE perdure_executions SET waits_for = '7'", 'waitsFor'],
    ['cancel', `UPDATE perdure_executions SET cancel = '${garbage}'`, 'control.cancel'],
    [
      'search_attributes',
      `UPDATE perdure_execution_values SET search_attributes = '${garbage}'`,
      'searchAttributes',
    ],
    ['error', `UPDATE perdure_execution_values SET error = '${garbage}'`, 'error'],
    ['the row of values', 'DELETE FROM perdure_execution_values', 'input'],
  ])('%s: is set aside, named, and can be ended', async (_, damage, field) => {
    const wanted = newRun()
    await store.create([wanted])
    owner.exec(damage)
    await store.create([newRun()])
    const { claimed } = await store.claim(claimRequest())
    expect(claimed).toHaveLength(1)
    expect(await store.read([wanted])).toMatchObject([
      { status: 'BLOCKED', corrupted: field, blocked: { reason: 'CORRUPTED' } },
    ])
    const kept = owner
      .prepare('SELECT claim_at, suspect, retryable_since, corrupted FROM perdure_executions')
      .all()
    expect(kept).toContainEqual({ claim_at: null, suspect: 0, retryable_since: null, corrupted: field })
    const { namespace, executionId } = wanted
    const action = { kind: 'terminate', reason: null } as const
    expect(await store.control([{ namespace, executionId, action }])).toMatchObject([{ kind: 'accepted' }])
    expect(await store.read([wanted])).toMatchObject([{ status: 'TERMINATED', corrupted: null }])
  })
})

describe('a row of another table', () => {
  it('of a worker that cannot be read is one that can do nothing, and hides no other', async () => {
    const { pairs } = claimRequest()
    for (const workerId of ['a', 'b']) {
      await store.announce({ namespace: 'main', workerId, queues: ['default'], pairs })
    }
    owner.exec(`UPDATE perdure_workers SET pairs = '${garbage}', queues = '${garbage}' WHERE worker_id = 'a'`)
    expect(await store.workers({ namespace: 'main', seenSince: 0 })).toMatchObject([
      { workerId: 'a', queues: [], pairs: [] },
      { workerId: 'b', queues: ['default'], pairs },
    ])
  })

  it('that a parent left for its children and cannot be read holds up no other', async () => {
    const families = []
    for (const name of ['broken', 'sound']) {
      await store.create([newRun({ executionId: name, priority: name === 'broken' ? 1 : 0 })])
      const parent = await claimOne(store)
      const link = { executionId: name, runNo: 1, operationId: 'child' }
      const child = newRun({ executionId: `${name}-child`, queue: 'children', parent: link })
      await store.commit({ entries: [entryOf(parent, { children: [child] })] })
      families.push({ namespace: 'main', executionId: name })
    }
    const action = { kind: 'terminate', reason: null } as const
    for (const parent of families) await store.control([{ ...parent, action }])
    owner.exec(`UPDATE perdure_relays SET action = '${garbage}' WHERE execution_id = 'broken'`)
    expect(await store.relay({ limit: 10 })).toEqual({ applied: 1, remaining: false })
    const children = families.map(({ namespace, executionId }) => ({
      namespace,
      executionId: `${executionId}-child`,
    }))
    expect((await store.read(children)).map((run) => run?.status)).toEqual(['PENDING', 'TERMINATED'])
  })

  it('of a journal that cannot be read is named, whatever cannot be read of it', async () => {
    await store.create([newRun()])
    const run = await claimOne(store)
    const { namespace, executionId, runNo } = run
    await store.commit({
      entries: [
        entryOf(run, {
          operations: [stepOf(1), stepOf(2), stepOf(3), stepOf(4)],
          counters: { startSeq: 4, settleSeq: 4 },
        }),
      ],
    })
    owner.exec(`UPDATE perdure_operations SET error = '${garbage}' WHERE start_seq = 1`)
    owner.exec(`UPDATE perdure_operations SET extras = '${garbage}' WHERE start_seq = 2`)
    owner.exec("UPDATE perdure_operations SET status = 'IMPOSSIBLE' WHERE start_seq = 3")
    const page = await store.load({ namespace, executionId, runNo, limit: 10 })
    expect(page.operations.map(({ startSeq }) => startSeq)).toEqual([4])
    for (const what of ['error of operation', 'extras of operation', 'status of operation'])
      expect(page.damage).toContain(what)
  })
})
