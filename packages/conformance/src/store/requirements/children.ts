import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { entryFor, event, executionOf, newChild, newRun } from '../builders.js'
import { family, standing } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { continueAsNew, finish, suspend } from '../turns.js'

export const childrenRequirements: readonly StoreRequirement[] = [
  requirement('CHILD-01', 'a turn creates its children in the same act, linked to it and due', async (t) => {
    const run = await t.hold()
    const [first, second] = [newChild(run, 'a'), newChild(run, 'b', { attached: false })]
    expect(await t.apply(run, { children: [first, second] })).toMatchObject({ childCount: 2 })
    const link = { executionId: run.executionId, runNo: 1 }
    const due = { runNo: 1, status: 'PENDING', dueAt: t.clock.now() }
    const linked = (operationId: string) => ({ parent: { ...link, operationId } })
    expect(await t.newest(first)).toMatchObject({ ...due, ...linked('a'), attached: true })
    expect(await t.newest(second)).toMatchObject({ ...due, ...linked('b'), attached: false })
  }),

  requirement('CHILD-02', 'a parent hears how its child ended, however it ended', async (t) => {
    for (const status of ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const) {
      const { parent, child } = await family(t)
      const turn = finish(status)
      await t.apply(await t.reclaim(child), { turn })
      expect(await t.pending(parent)).toMatchObject([
        {
          kind: 'child',
          topic: 'child:spawn',
          runNo: 1,
          outcome: status,
          value: turn.output,
          error: turn.error,
        },
      ])
    }
  }),

  requirement(
    'CHILD-03',
    'a parent hears of a child that was terminated, or cancelled before it began',
    async (t) => {
      const codes = { cancel: 'EXECUTION_CANCELLED', terminate: 'EXECUTION_TERMINATED' }
      for (const kind of ['cancel', 'terminate'] as const) {
        const { parent, child } = await family(t)
        await t.ask(child, { kind, reason: 'stop' })
        const { status } = await t.row(child)
        const error = { code: codes[kind], message: 'stop', durable: true }
        expect(await t.pending(parent)).toMatchObject([{ topic: 'child:spawn', outcome: status, error }])
      }
    },
  ),

  requirement('CHILD-04', 'a parent that waits for its child is woken by the outcome', async (t) => {
    const { parent, child } = await family(t)
    await t.apply(parent, { turn: suspend(['child:spawn']) })
    await t.apply(await t.reclaim(child), { turn: finish() })
    expect(await t.row(parent)).toMatchObject({ status: 'PENDING', dueAt: t.clock.now(), inboxPending: 1 })
  }),

  requirement('CHILD-05', 'in one batch a parent does not suspend past the end of its child', async (t) => {
    const { parent, child } = await family(t)
    const ends = entryFor(await t.reclaim(child), { turn: finish() })
    const waits = entryFor(parent, { turn: suspend(['child:spawn']) })
    expect(await t.commitAll([ends, waits])).toMatchObject([
      { kind: 'applied' },
      { kind: 'stale', inboxSeq: 1 },
    ])
    expect(await t.row(parent)).toMatchObject({ status: 'RUNNING', leaseUntil: parent.leaseUntil })
  }),

  requirement(
    'CHILD-06',
    'in one batch a parent that suspends first is woken by the end of its child',
    async (t) => {
      const { parent, child } = await family(t)
      const ends = entryFor(await t.reclaim(child), { turn: finish() })
      const waits = entryFor(parent, { turn: suspend(['child:spawn']) })
      expect(await t.commitAll([waits, ends])).toMatchObject([{ kind: 'applied' }, { kind: 'applied' }])
      expect(await t.row(parent)).toMatchObject({ status: 'PENDING', inboxSeq: 1, inboxPending: 1 })
    },
  ),

  requirement(
    'CHILD-07',
    'an outcome for an ended parent, or for an earlier run of it, is dropped',
    async (t) => {
      for (const turn of [finish(), continueAsNew()]) {
        const { parent, child } = await family(t)
        await t.apply(parent, { turn })
        const held = await t.reclaim(child)
        expect(await t.commit(held, { turn: finish() })).toMatchObject({ kind: 'applied' })
        expect(await t.newest(parent)).toMatchObject({ inboxSeq: 0 })
      }
    },
  ),

  requirement('CHILD-08', 'a child whose parent does not exist ends all the same', async (t) => {
    const parent = { executionId: 'nobody', runNo: 1, operationId: 'spawn' }
    const run = await t.hold({ parent, attached: true })
    expect(await t.commit(run, { turn: finish() })).toMatchObject({ kind: 'applied' })
    expect(await t.row(run)).toMatchObject({ status: 'COMPLETED' })
  }),

  requirement(
    'CHILD-09',
    'a child whose id is taken is a failed child, and the turn is applied',
    async (t) => {
      const taken = [await t.start(), await standing(t, 'COMPLETED')]
      for (const { executionId } of taken) {
        const run = await t.hold()
        const other = newChild(run, 'fine')
        const child = newChild(run, 'spawn', { executionId, inputHash: 'another' })
        const answer = await t.commit(run, { children: [child, other], turn: suspend(['child:*']) })
        expect(answer).toMatchObject({ kind: 'applied', inboxSeq: 1, leaseUntil: null })
        const error = { code: 'EXECUTION_ALREADY_EXISTS', durable: true }
        const failed = { kind: 'child', topic: 'child:spawn', runNo: 1, outcome: 'FAILED', error }
        expect(await t.pending(run)).toMatchObject([failed])
        expect(await t.row(run)).toMatchObject({ status: 'PENDING' })
        expect(await t.newest(other)).toMatchObject({ status: 'PENDING' })
      }
      expect(await Promise.all(taken.map((run) => t.newest(run)))).toEqual(taken)
    },
  ),

  requirement('CHILD-10', 'a parent hears of a child that outlives it as well', async (t) => {
    const { parent, child } = await family(t, { attached: false })
    await t.apply(await t.reclaim(child), { turn: finish() })
    expect(await t.pending(parent)).toMatchObject([{ topic: 'child:spawn', outcome: 'COMPLETED' }])
  }),

  requirement('CHILD-11', 'a parent hears of every run of a child that is started again', async (t) => {
    const { parent, child } = await family(t)
    await t.apply(await t.reclaim(child), { turn: finish() })
    const { executionId } = child
    const again = newChild(parent, 'respawn', { executionId, idReusePolicy: 'newRunAfterTerminal' })
    await t.apply(await t.row(parent), { children: [again] })
    await t.apply(await t.reclaim(await t.newest(again)), { turn: finish('FAILED') })
    expect(await t.pending(parent)).toMatchObject([
      { topic: 'child:spawn', outcome: 'COMPLETED' },
      { topic: 'child:respawn', outcome: 'FAILED' },
    ])
  }),

  requirement('CHILD-12', 'a turn that is refused creates no child', async (t) => {
    const run = await t.hold()
    const child = newChild(run, 'spawn')
    const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
    expect(await t.commit(run, { children: [child], consumed })).toMatchObject({ kind: 'rejected' })
    expect((await t.rows()).runs).toHaveLength(1)
  }),

  requirement('CHILD-13', 'a thousand children that end in one batch are all heard of', async (t) => {
    const run = await t.hold()
    const queue = 'nursery'
    const children = Array.from({ length: 1_000 }, (_, index) => newChild(run, `spawn-${index}`, { queue }))
    await t.apply(await t.apply(run, { children }), { turn: suspend(['child:*']) })
    const held = await t.claim({ queues: [queue], limit: 1_000 })
    await t.commitAll(held.map((child) => entryFor(child, { turn: finish() })))
    expect(await t.row(run)).toMatchObject({ status: 'PENDING', inboxSeq: 1_000, inboxPending: 1_000 })
    const topics = new Set((await t.pending(run)).map(({ topic }) => topic))
    expect(topics.size).toBe(1_000)
  }),

  requirement('CHILD-14', 'a run started with a parent link tells that parent', async (t) => {
    const parent = await t.hold()
    const link = { executionId: parent.executionId, runNo: 1, operationId: 'spawn' }
    const child = newRun({ parent: link, queue: 'nursery' })
    await t.create(child)
    await t.apply(await t.reclaim(await t.newest(child)), { turn: finish() })
    expect(await t.pending(parent)).toMatchObject([{ topic: 'child:spawn', outcome: 'COMPLETED' }])
  }),

  requirement('CHILD-15', 'a turn can send a message to a child that it creates', async (t) => {
    const run = await t.hold()
    const child = newChild(run, 'spawn')
    await t.apply(run, { children: [child], messages: [{ to: executionOf(child), message: event('go') }] })
    expect(await t.pending(await t.newest(child))).toMatchObject([{ inboxSeq: 1, topic: 'event:go' }])
  }),
]
