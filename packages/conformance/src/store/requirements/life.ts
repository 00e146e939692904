import type { ControlAction, RunRecord, RunTarget } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, executionOf, keyOf } from '../builders.js'
import { standing, suspended, unfinishedStatuses } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { continueAsNew, finish } from '../turns.js'

const actions: readonly ControlAction[] = [
  { kind: 'pause' },
  { kind: 'resume' },
  { kind: 'cancel', reason: 'late' },
  { kind: 'terminate', reason: 'late' },
  { kind: 'unblock' },
  { kind: 'setDeadline', deadlineAt: 1 },
]

/** A life is a start and all that it was continued as. What is meant for one never reaches the next. */
export const lifeRequirements: readonly StoreRequirement[] = [
  requirement('LIFE-01', 'a start begins a life, and what is continued as new stays in it', async (t) => {
    const first = await t.hold()
    expect(first).toMatchObject({ runNo: 1, lifeNo: 1 })
    await t.apply(first, { turn: continueAsNew() })
    const second = await t.reclaim(await t.newest(first))
    expect(second).toMatchObject({ runNo: 2, lifeNo: 1, startInputHash: first.inputHash })
    await t.apply(second, { turn: finish() })
    expect(await nextLife(t, first)).toMatchObject({ runNo: 3, lifeNo: 3 })
  }),

  requirement('LIFE-02', 'a request for a life that is over is refused, whatever it asks', async (t) => {
    for (const status of unfinishedStatuses) {
      const old = await standing(t, 'COMPLETED')
      const next = await bringNextLife(t, old, status)
      for (const action of actions)
        for (const target of [{ lifeNo: 1 }, { runNo: 1 }])
          expect(await t.ask(old, action, target)).toEqual({ kind: 'refused', status })
      expect(await t.row(next)).toEqual(next)
    }
  }),

  requirement('LIFE-03', 'a message for a life that is over is dropped', async (t) => {
    const old = await standing(t, 'FAILED')
    const next = await nextLife(t, old)
    for (const target of [{ lifeNo: 1 }, { runNo: 1 }])
      expect(await t.send(old, event('approved'), target)).toEqual({ kind: 'dropped' })
    expect(await t.row(next)).toEqual(next)
    expect(await t.pending(next)).toEqual([])
  }),

  requirement('LIFE-04', 'what is meant for a life reaches the newest run of it', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: continueAsNew() })
    const target: RunTarget = { lifeNo: 1 }
    expect(await t.send(first, event('approved'), target)).toEqual({ kind: 'appended', inboxSeq: 1 })
    expect(await t.ask(first, { kind: 'pause' }, target)).toMatchObject({ kind: 'accepted' })
    expect(await t.newest(first)).toMatchObject({ runNo: 2, status: 'PAUSED', inboxSeq: 1 })
  }),

  requirement('LIFE-05', 'what is meant for a run reaches that run, while it is the newest', async (t) => {
    const first = await t.hold()
    expect(await t.send(first, event('approved'), { runNo: 1 })).toMatchObject({ kind: 'appended' })
    await t.apply(await t.row(first), {
      turn: continueAsNew(),
      seen: { inboxSeq: 1, controlSeq: 0 },
    })
    expect(await t.send(first, event('approved'), { runNo: 1 })).toEqual({ kind: 'dropped' })
    const late = await t.ask(first, { kind: 'terminate', reason: null }, { runNo: 1 })
    expect(late).toEqual({ kind: 'refused', status: 'PENDING' })
    expect(await t.send(first, event('approved'), { runNo: 2 })).toMatchObject({ kind: 'appended' })
    expect(await t.ask(first, { kind: 'pause' }, { runNo: 2 })).toMatchObject({ kind: 'accepted' })
  }),

  requirement('LIFE-06', 'the last run of a life can be read when others have begun', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: continueAsNew() })
    await t.apply(await t.reclaim(await t.newest(first)), { turn: finish() })
    await nextLife(t, first)
    const key = executionOf(first)
    const rows = await t.store.read([
      { ...key, lifeNo: 1 },
      { ...key, lifeNo: 3 },
      { ...key, lifeNo: 2 },
    ])
    expect(rows).toMatchObject([{ runNo: 2, status: 'COMPLETED' }, { runNo: 3, status: 'PENDING' }, null])
  }),

  requirement('LIFE-07', 'a dedupe id counts within one life', async (t) => {
    const waiting = await suspended(t, ['event:paid'])
    const paid = event('paid', { dedupeId: 'payment-77' })
    expect(await t.send(waiting, paid)).toEqual({ kind: 'appended', inboxSeq: 1 })
    expect(await t.send(waiting, paid)).toEqual({ kind: 'duplicate', inboxSeq: 1 })
    const seen = { inboxSeq: 1, controlSeq: 0 }
    const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
    await t.apply(await t.reclaim(waiting), { turn: finish(), seen, consumed })
    const next = await nextLife(t, waiting)
    expect(await t.send(next, paid)).toEqual({ kind: 'appended', inboxSeq: 2 })
    expect(await t.send(next, paid)).toEqual({ kind: 'duplicate', inboxSeq: 2 })
    expect(await t.pending(next)).toMatchObject([{ inboxSeq: 2, dedupeId: 'payment-77' }])
  }),

  requirement('LIFE-08', 'a dedupe id counts on when a run is continued as new', async (t) => {
    const first = await t.hold()
    const paid = event('paid', { dedupeId: 'payment-77' })
    await t.send(first, paid)
    const seen = { inboxSeq: 1, controlSeq: 0 }
    await t.apply(await t.row(first), { turn: continueAsNew(), seen })
    expect(await t.send(first, paid)).toEqual({ kind: 'duplicate', inboxSeq: 1 })
    expect(await t.pending(keyOf(await t.newest(first)))).toHaveLength(1)
  }),

  requirement('LIFE-09', 'a late request and a new start sent at once leave the new run alone', async (t) => {
    const another = await t.another()
    for (let round = 0; round < 10; round++) {
      const old = await standing(t, 'COMPLETED')
      const action = { kind: 'terminate', reason: null } as const
      const [next, [asked], [sent]] = await Promise.all([
        nextLife(t, old),
        another.control([{ ...executionOf(old), action, target: { lifeNo: 1 } }]),
        another.append([{ to: executionOf(old), message: event('late'), target: { lifeNo: 1 } }]),
      ])
      expect(asked?.kind).toBe('refused')
      expect(['finished', 'dropped']).toContain(sent?.kind)
      expect(await t.newest(next)).toEqual(next)
    }
  }),
]

async function nextLife(t: StoreTrial, { executionId, queue }: RunRecord): Promise<RunRecord> {
  return t.start({ executionId, queue, idReusePolicy: 'newRunAfterTerminal' })
}

async function bringNextLife(
  t: StoreTrial,
  old: RunRecord,
  status: (typeof unfinishedStatuses)[number],
): Promise<RunRecord> {
  const { executionId } = old
  return standing(t, status, { executionId, idReusePolicy: 'newRunAfterTerminal' })
}
