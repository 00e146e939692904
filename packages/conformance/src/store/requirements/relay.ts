import type { NewRun, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { claimRequest, newChild, unique } from '../builders.js'
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

  requirement('RELAY-03', 'a child that was ever claimed is asked to cancel', async (t) => {
    const { parent, child } = await family(t)
    await t.apply(await t.apply(await t.reclaim(child)), { turn: suspend(['event:go']) })
    await t.apply(parent, { turn: finish() })
    await t.relayAll()
    const control = { cancel: { reason: 'parent closed' } }
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
    expect(await t.row(child), 'the child that is not attached, once its parent was terminated').toEqual(
      child,
    )
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

  requirement('RELAY-15', 'a relay goes on where it stopped, and asks each child once', async (t) => {
    const { parent, children } = await household(t, 3)
    await t.apply(parent, { turn: finish() })
    let applied = 0
    let remaining = true
    // One call more than there are children: it may be the one that finds nobody left.
    for (let calls = 0; remaining && calls < 4; calls += 1) {
      const answer = await t.store.relay({ limit: 1 })
      applied += answer.applied
      remaining = answer.remaining
    }
    expect({ applied, remaining }).toEqual({ applied: 3, remaining: false })
    for (const child of children) {
      expect(await t.row(child)).toMatchObject({ control: { seq: 1, cancel: { reason: 'parent closed' } } })
    }
    expect((await t.rows()).relays).toEqual([])
  }),

  requirement(
    'RELAY-16',
    'what a child leaves to do for its own children waits behind all that was there before',
    async (t) => {
      const [root, child, grandchild] = await lineage(t)
      const other = await family(t)
      await t.ask(root, { kind: 'terminate', reason: null })
      await t.ask(other.parent, { kind: 'terminate', reason: null })
      const rows = [child, other.child, grandchild]
      expect(await t.store.relay({ limit: 10 })).toEqual({ applied: 1, remaining: true })
      expect(await statuses(t, rows)).toEqual(['TERMINATED', 'PENDING', 'PENDING'])
      expect(await t.store.relay({ limit: 10 })).toEqual({ applied: 1, remaining: true })
      expect(await statuses(t, rows)).toEqual(['TERMINATED', 'TERMINATED', 'PENDING'])
      await t.relayAll()
      expect(await statuses(t, rows)).toEqual(['TERMINATED', 'TERMINATED', 'TERMINATED'])
    },
  ),

  requirement(
    'RELAY-17',
    'the children of another run, or of another namespace, are not asked',
    async (t) => {
      const { parent, child } = await family(t)
      const { executionId } = parent
      const link = { executionId, runNo: 2, operationId: 'spawn' }
      const ofNextRun = await t.start({ parent: link, attached: true, queue: unique('queue') })
      const elsewhere = await t.start({ namespace: 'north', parent: child.parent, attached: true })
      await t.ask(parent, { kind: 'terminate', reason: null })
      await t.relayAll()
      expect(await statuses(t, [child, ofNextRun, elsewhere])).toEqual(['TERMINATED', 'PENDING', 'PENDING'])
    },
  ),

  requirement(
    'RELAY-18',
    'a run that was only started with a parent link is not counted as a child',
    async (t) => {
      const parent = await t.hold()
      const link = { executionId: parent.executionId, runNo: 1, operationId: 'spawn' }
      await t.start({ parent: link, attached: true })
      expect(await t.row(parent)).toEqual(parent)
      await t.ask(parent, { kind: 'terminate', reason: null })
      expect((await t.rows()).relays).toEqual([])
    },
  ),

  requirement('RELAY-19', 'a claim says whether there is anything to relay', async (t) => {
    const { parent } = await family(t)
    const isToRelay = async () => (await t.store.claim(claimRequest({ queues: [unique('queue')] }))).isToRelay
    expect(await isToRelay()).toBe(false)
    await t.apply(parent, { turn: finish() })
    expect(await isToRelay()).toBe(true)
    await t.relayAll()
    expect(await isToRelay()).toBe(false)
  }),
]

/** A held run with attached children that a cancel does not end: they have recorded something and wait. */
async function household(
  t: StoreTrial,
  size: number,
): Promise<{ readonly parent: RunRecord; readonly children: readonly RunRecord[] }> {
  const held = await t.hold()
  const wanted = Array.from({ length: size }, (_, index) => newChild(held, `spawn-${index}`))
  const parent = await t.apply(held, { children: wanted })
  const children: RunRecord[] = []
  for (const child of wanted) {
    const started = await t.reclaim(await t.newest(child))
    children.push(await t.apply(await t.apply(started), { turn: suspend(['event:go']) }))
  }
  return { parent, children }
}

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
