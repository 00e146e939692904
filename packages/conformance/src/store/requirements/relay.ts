import type { NewRun, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { newChild } from '../builders.js'
import { family } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

export const relayRequirements: readonly StoreRequirement[] = [
  requirement('RELAY-01', 'where nothing is left to do a relay does nothing', async (t) => {
    const run = await t.hold()
    await t.apply(run, { turn: finish() })
    expect((await t.rows()).relays).toEqual([])
    expect(await t.store.relay({ limit: 10 })).toEqual({ applied: 0, remaining: false })
  }),

  requirement('RELAY-02', 'the end of a run cancels its attached children', async (t) => {
    for (const status of ['COMPLETED', 'FAILED', 'TIMED_OUT'] as const) {
      const { parent, child } = await family(t)
      await t.apply(parent, { turn: finish(status) })
      expect(await t.row(child)).toEqual(child)
      expect(await t.relayAll()).toBe(1)
      expect(await t.row(child)).toMatchObject({ status: 'CANCELLED' })
    }
  }),

  requirement('RELAY-03', 'a child that has recorded something is asked to cancel', async (t) => {
    const { parent, child } = await family(t)
    await t.apply(await t.apply(await t.reclaim(child)), { turn: suspend(['event:go']) })
    await t.apply(parent, { turn: finish() })
    await t.relayAll()
    const control = { cancel: { reason: 'parent closed', requestedAt: t.clock.now() } }
    expect(await t.row(child)).toMatchObject({ status: 'PENDING', control })
  }),

  requirement('RELAY-04', 'terminating a run terminates its attached children', async (t) => {
    const { parent, child } = await family(t)
    await t.ask(parent, { kind: 'terminate', reason: null })
    await t.relayAll()
    expect(await t.row(child)).toMatchObject({ status: 'TERMINATED' })
  }),

  requirement(
    'RELAY-05',
    'attached children are cancelled, paused and resumed with their parent',
    async (t) => {
      const { parent, child } = await family(t)
      await t.apply(await t.reclaim(child), { turn: suspend(['event:go']) })
      await t.ask(parent, { kind: 'pause' })
      await t.relayAll()
      expect(await t.row(child)).toMatchObject({ status: 'PAUSED' })
      await t.ask(parent, { kind: 'resume' })
      await t.relayAll()
      expect(await t.row(child)).toMatchObject({
        status: 'PENDING',
        control: { paused: false, cancel: null },
      })
      await t.ask(parent, { kind: 'cancel', reason: 'stop' })
      await t.relayAll()
      expect(await t.row(child)).toMatchObject({ control: { cancel: { reason: 'parent cancelled' } } })
    },
  ),

  requirement('RELAY-06', 'a child that is not attached is left alone', async (t) => {
    const { parent, child } = await family(t, { attached: false })
    await t.ask(parent, { kind: 'terminate', reason: null })
    await t.relayAll()
    expect(await t.row(child)).toEqual(child)
  }),

  requirement('RELAY-07', 'a child at its end is left alone', async (t) => {
    const { parent, child } = await family(t)
    const finished = await t.apply(await t.reclaim(child), { turn: finish() })
    await t.ask(parent, { kind: 'terminate', reason: null })
    expect(await t.relayAll()).toBe(0)
    expect(await t.row(child)).toEqual(finished)
  }),

  requirement('RELAY-08', 'each call asks one generation', async (t) => {
    const [root, child, grandchild] = await lineage(t)
    await t.ask(root, { kind: 'terminate', reason: null })
    expect(await statuses(t, [child, grandchild])).toEqual(['RUNNING', 'PENDING'])
    expect(await t.store.relay({ limit: 10 })).toEqual({ applied: 1, remaining: true })
    expect(await statuses(t, [child, grandchild])).toEqual(['TERMINATED', 'PENDING'])
    expect(await t.store.relay({ limit: 10 })).toMatchObject({ applied: 1 })
    expect(await statuses(t, [child, grandchild])).toEqual(['TERMINATED', 'TERMINATED'])
    await t.relayAll()
    expect((await t.rows()).relays).toEqual([])
  }),

  requirement('RELAY-09', 'each call asks no more children than its limit', async (t) => {
    const run = await t.hold()
    const children = Array.from({ length: 5 }, (_, index) => newChild(run, `spawn-${index}`))
    await t.apply(run, { children })
    await t.ask(run, { kind: 'terminate', reason: null })
    const ended: number[] = []
    for (let remaining = true; remaining; ) {
      remaining = (await t.store.relay({ limit: 2 })).remaining
      const rows = await Promise.all(children.map((child) => t.newest(child)))
      ended.push(rows.filter(({ status }) => status === 'TERMINATED').length)
    }
    expect(ended.slice(0, 3)).toEqual([2, 4, 5])
  }),

  requirement('RELAY-10', 'what is left to do waits in the store for any process', async (t) => {
    const { parent, child } = await family(t)
    await t.ask(parent, { kind: 'terminate', reason: null })
    const { namespace, executionId, runNo } = parent
    const action = { kind: 'terminate', reason: 'parent terminated' }
    expect((await t.rows()).relays).toMatchObject([{ namespace, executionId, runNo, action }])
    const another = await t.another()
    expect(await another.relay({ limit: 10 })).toMatchObject({ applied: 1 })
    expect(await t.row(child)).toMatchObject({ status: 'TERMINATED' })
  }),

  requirement('RELAY-11', 'a request that was refused leaves nothing to do', async (t) => {
    const { parent } = await family(t)
    await t.ask(parent, { kind: 'pause' })
    await t.relayAll()
    expect(await t.ask(parent, { kind: 'pause' })).toMatchObject({ kind: 'refused' })
    expect((await t.rows()).relays).toEqual([])
  }),

  requirement(
    'RELAY-12',
    'requests reach the children in the order in which they were accepted',
    async (t) => {
      const { parent, child } = await family(t)
      await t.ask(parent, { kind: 'pause' })
      await t.ask(parent, { kind: 'resume' })
      await t.relayAll()
      expect(await t.row(child)).toMatchObject({ status: 'PENDING', control: { seq: 2, paused: false } })
    },
  ),

  requirement('RELAY-13', 'a deadline is not handed down', async (t) => {
    const { parent, child } = await family(t)
    await t.ask(parent, { kind: 'setDeadline', deadlineAt: t.clock.now() + 1 })
    expect(await t.relayAll()).toBe(0)
    expect(await t.row(child)).toEqual(child)
  }),

  requirement('RELAY-14', 'an outcome that a relay brings about reaches the parent', async (t) => {
    const [root, child, grandchild] = await lineage(t)
    await t.apply(child, { turn: suspend(['child:*']) })
    await t.ask(root, { kind: 'cancel', reason: null })
    await t.relayAll()
    expect(await t.row(grandchild)).toMatchObject({ status: 'CANCELLED' })
    expect(await t.row(child)).toMatchObject({ status: 'PENDING', inboxPending: 1 })
  }),
]

/** A held run with a held child, which has a child of its own. */
async function lineage(t: StoreTrial): Promise<readonly [RunRecord, RunRecord, RunRecord]> {
  const { parent, child } = await family(t)
  const held = await t.reclaim(child)
  const wanted: NewRun = newChild(held, 'spawn')
  return [parent, await t.apply(held, { children: [wanted] }), await t.newest(wanted)]
}

async function statuses(t: StoreTrial, runs: readonly RunRecord[]): Promise<readonly string[]> {
  return Promise.all(runs.map(async (run) => (await t.row(run)).status))
}
