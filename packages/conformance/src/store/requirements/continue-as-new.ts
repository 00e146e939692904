import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, json, newChild, outcome } from '../builders.js'
import { family, recorded } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { continueAsNew, finish, suspend } from '../turns.js'

export const continueAsNewRequirements: readonly StoreRequirement[] = [
  requirement('CONTINUE-01', 'one act ends the run and begins the next, due at once', async (t) => {
    const first = await recorded(t)
    t.clock.advance(1_000)
    const now = t.clock.now()
    await t.apply(first, { turn: continueAsNew() })
    expect(await t.row(first)).toMatchObject({ status: 'CONTINUED_AS_NEW', finishedAt: now })
    expect(await t.newest(first)).toMatchObject({
      runNo: 2,
      status: 'PENDING',
      dueAt: now,
      createdAt: now,
      startedAt: null,
      finishedAt: null,
      fence: { epoch: 0, nonce: '' },
      applied: null,
      leaseUntil: null,
      leaseOwner: null,
      counters: { startSeq: 0, settleSeq: 0 },
      childCount: 0,
    })
    expect(await t.reclaim(await t.newest(first))).toMatchObject({ runNo: 2, status: 'RUNNING' })
  }),

  requirement(
    'CONTINUE-02',
    'the next run has an input, a version and a seed of its own and keeps the rest',
    async (t) => {
      const first = await recorded(t, {
        priority: 5,
        tenantId: 'tenant',
        auth: json('ada'),
        timeoutMs: 60_000,
      })
      const turn = continueAsNew({ input: json('next'), inputHash: 'h', version: '2', seed: 's' })
      await t.apply(first, { turn })
      const { namespace, executionId, workflow, queue, priority, tenantId, auth, control } = first
      expect(await t.newest(first)).toMatchObject({
        ...{ namespace, executionId, workflow, queue, priority, tenantId, auth, control },
        ...{ input: json('next'), inputHash: 'h', version: '2', seed: 's' },
      })
      expect(await t.row(first)).toMatchObject({ input: first.input, version: '1', seed: first.seed })
    },
  ),

  requirement('CONTINUE-03', 'events that nobody consumed wait for the next run', async (t) => {
    const first = await recorded(t)
    await t.send(first, event('one'))
    await t.send(first, event('two'))
    const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
    await t.apply(await t.row(first), { consumed, turn: continueAsNew() })
    const second = await t.newest(first)
    expect(second).toMatchObject({ runNo: 2, inboxSeq: 2, inboxPending: 1 })
    expect(await t.pending(second)).toMatchObject([{ inboxSeq: 2, topic: 'event:two' }])
  }),

  requirement('CONTINUE-04', 'what was meant for the ended run only is not for the next', async (t) => {
    const first = await recorded(t)
    await t.send(first, outcome('spawn'))
    await t.apply(await t.row(first), { turn: continueAsNew() })
    expect(await t.pending(await t.newest(first))).toEqual([])
    expect(await t.send(first, outcome('spawn'))).toEqual({ kind: 'dropped' })
    expect(await t.send(first, event('go'))).toEqual({ kind: 'appended', inboxSeq: 2 })
  }),

  requirement('CONTINUE-05', 'the journal stays with the run that wrote it', async (t) => {
    const first = await recorded(t)
    const journal = await t.journal(first)
    await t.apply(first, { turn: continueAsNew() })
    expect(await t.journal(first)).toEqual(journal)
    expect(await t.journal(await t.newest(first))).toEqual([])
  }),

  requirement('CONTINUE-06', 'the parent hears of the last run and of no other', async (t) => {
    const { parent, child } = await family(t)
    await t.apply(await t.reclaim(child), { turn: continueAsNew() })
    expect(await t.pending(parent)).toEqual([])
    await t.apply(await t.reclaim(await t.newest(child)), { turn: finish() })
    const heard = { kind: 'child', topic: 'child:spawn', runNo: 1, outcome: 'COMPLETED' }
    expect(await t.pending(parent)).toMatchObject([heard])
  }),

  requirement(
    'CONTINUE-07',
    'attached children are closed with the run that started them, and no others',
    async (t) => {
      const { parent, child } = await family(t)
      await t.apply(parent, { turn: continueAsNew() })
      const next = await t.reclaim(await t.newest(parent))
      expect([parent.childCount, next.childCount]).toEqual([1, 0])
      const kept = newChild(next, 'spawn')
      await t.apply(next, { children: [kept] })
      await t.relayAll()
      expect(await t.newest(child)).toMatchObject({ status: 'CANCELLED' })
      expect(await t.newest(kept)).toMatchObject({ status: 'PENDING' })
    },
  ),

  requirement('CONTINUE-08', 'a paused run continues as a paused run', async (t) => {
    const first = await recorded(t)
    await t.ask(first, { kind: 'pause' })
    await t.apply(await t.row(first), { turn: continueAsNew() })
    expect(await t.newest(first)).toMatchObject({ runNo: 2, status: 'PAUSED' })
    expect(await t.claim({ queues: [first.queue] })).toEqual([])
    expect(await t.ask(first, { kind: 'resume' })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
  }),

  requirement(
    'CONTINUE-09',
    'the commit that continued is a duplicate when it arrives again, and there is one next run',
    async (t) => {
      const first = await recorded(t)
      expect(await t.commit(first, { turn: continueAsNew() })).toMatchObject({ kind: 'applied' })
      expect(await t.commit(first, { turn: continueAsNew() })).toMatchObject({ kind: 'duplicate' })
      expect(await t.newest(first)).toMatchObject({ runNo: 2 })
    },
  ),

  requirement(
    'CONTINUE-10',
    'a message that the closing turn sends to its own execution reaches the next run',
    async (t) => {
      const first = await recorded(t)
      const to = { namespace: first.namespace, executionId: first.executionId }
      await t.apply(first, { messages: [{ to, message: event('go') }], turn: continueAsNew() })
      expect(await t.pending(await t.newest(first))).toMatchObject([{ topic: 'event:go' }])
      await t.apply(await t.reclaim(await t.newest(first)), { turn: suspend() })
    },
  ),

  requirement('CONTINUE-11', 'the closing turn can drop what was meant for the ended run only', async (t) => {
    const first = await recorded(t)
    await t.send(first, outcome('spawn'))
    await t.send(first, event('go'))
    const consumed = [{ inboxSeq: 1, operationId: null }]
    await t.apply(await t.row(first), { consumed, turn: continueAsNew() })
    expect(await t.newest(first)).toMatchObject({ runNo: 2, inboxSeq: 2, inboxPending: 1 })
  }),

  requirement(
    'CONTINUE-12',
    'what was meant for an ended run counts as pending until the next run drops it, and cannot be consumed',
    async (t) => {
      const first = await recorded(t)
      await t.send(first, outcome('spawn'))
      await t.apply(await t.row(first), { turn: continueAsNew() })
      const second = await t.reclaim(await t.newest(first))
      expect(second).toMatchObject({ runNo: 2, inboxPending: 1 })
      const consume = { consumed: [{ inboxSeq: 1, operationId: 'wait' }] }
      expect(await t.commit(second, consume)).toMatchObject({ kind: 'rejected' })
      const drop = { consumed: [{ inboxSeq: 1, operationId: null }] }
      expect(await t.apply(second, drop)).toMatchObject({ inboxPending: 0 })
    },
  ),
]
