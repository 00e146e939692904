import type { ControlAction } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { operations } from '../builders.js'
import { recorded, standing, unfinishedStatuses } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { block, finish } from '../turns.js'

const cancel = { kind: 'cancel', reason: 'no longer wanted' } as const satisfies ControlAction
const { reason } = cancel
const terminate: ControlAction = { kind: 'terminate', reason: 'gone wrong' }

export const cancelRequirements: readonly StoreRequirement[] = [
  requirement('CANCEL-01', 'a run that was never claimed is cancelled at once', async (t) => {
    const paused = await t.start()
    await t.ask(paused, { kind: 'pause' })
    const later = await t.start({ startAt: t.clock.now() + 60_000 })
    for (const run of [await t.start(), later, await t.row(paused)]) {
      t.clock.advance(1_000)
      const now = t.clock.now()
      expect(await t.ask(run, cancel)).toEqual({ kind: 'accepted', status: 'CANCELLED', now })
      expect(await t.row(run)).toMatchObject({
        status: 'CANCELLED',
        finishedAt: now,
        leaseUntil: null,
        leaseOwner: null,
        dueAt: null,
        error: { code: 'EXECUTION_CANCELLED', message: 'no longer wanted' },
        compensationOutcome: 'SKIPPED',
        control: { paused: false },
      })
    }
  }),

  requirement(
    'CANCEL-02',
    'a run that waits, is paused or is blocked becomes due to hear of its cancel',
    async (t) => {
      for (const status of ['PENDING', 'SUSPENDED', 'PAUSED', 'BLOCKED'] as const) {
        const run = await standing(t, status)
        t.clock.advance(1_000)
        const now = t.clock.now()
        expect(await t.ask(run, cancel)).toEqual({ kind: 'accepted', status: 'PENDING', now })
        const request = { reason: 'no longer wanted', requestedAt: now }
        const control = { seq: run.control.seq + 1, paused: false, cancel: request }
        expect(await t.row(run)).toMatchObject({ status: 'PENDING', dueAt: now, blocked: null, control })
        expect(await t.reclaim(run)).toMatchObject({ control })
      }
    },
  ),

  requirement('CANCEL-03', 'a held run that has recorded something is cancelled by its holder', async (t) => {
    const run = await recorded(t)
    expect(await t.ask(run, cancel)).toMatchObject({ kind: 'accepted', status: 'RUNNING' })
    expect(await t.row(run)).toMatchObject({ fence: run.fence, leaseUntil: run.leaseUntil })
    expect(await t.commit(run, { operations: operations(run, [{}]) })).toMatchObject({
      kind: 'applied',
      control: { cancel: { reason: 'no longer wanted' } },
    })
  }),

  requirement(
    'CANCEL-04',
    'a cancel that was accepted wins over a finish that has not seen it',
    async (t) => {
      const run = await recorded(t)
      await t.ask(run, cancel)
      expect(await t.commit(run, { turn: finish() })).toMatchObject({ kind: 'stale' })
      const seen = { inboxSeq: 0, controlSeq: 1 }
      const turn = finish('CANCELLED')
      expect(await t.commit(run, { turn, seen })).toMatchObject({ kind: 'applied' })
      expect(await t.row(run)).toMatchObject({ status: 'CANCELLED', compensationOutcome: 'SUCCEEDED' })
    },
  ),

  requirement('CANCEL-05', 'a finish that came first wins over a cancel', async (t) => {
    const run = await recorded(t)
    const finished = await t.apply(run, { turn: finish() })
    expect(await t.ask(run, cancel)).toEqual({ kind: 'refused', status: 'COMPLETED' })
    expect(await t.row(run)).toEqual(finished)
  }),

  requirement('CANCEL-06', 'a second cancel is refused and the first reason stays', async (t) => {
    const run = await recorded(t)
    await t.ask(run, cancel)
    const again = await t.ask(run, { kind: 'cancel', reason: 'another' })
    expect(again).toEqual({ kind: 'refused', status: 'RUNNING' })
    expect((await t.row(run)).control).toMatchObject({ seq: 1, cancel: { reason: 'no longer wanted' } })
  }),

  requirement('CANCEL-07', 'terminate ends a run at once, whatever it does', async (t) => {
    for (const status of unfinishedStatuses) {
      const run = await standing(t, status)
      t.clock.advance(1_000)
      const now = t.clock.now()
      expect(await t.ask(run, terminate)).toEqual({ kind: 'accepted', status: 'TERMINATED', now })
      expect(await t.row(run)).toMatchObject({
        status: 'TERMINATED',
        finishedAt: now,
        leaseUntil: null,
        leaseOwner: null,
        dueAt: null,
        waitsFor: [],
        blocked: null,
        output: null,
        error: { code: 'EXECUTION_TERMINATED', message: 'gone wrong' },
        compensationOutcome: 'SKIPPED',
      })
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
    }
  }),

  requirement('CANCEL-08', 'terminate also ends a run that is being cancelled', async (t) => {
    const run = await recorded(t)
    await t.ask(run, cancel)
    expect(await t.ask(run, terminate)).toMatchObject({ kind: 'accepted', status: 'TERMINATED' })
  }),

  requirement('CANCEL-09', 'a finished run refuses every request and stays as it is', async (t) => {
    const actions: readonly ControlAction[] = [cancel, terminate, { kind: 'pause' }, { kind: 'resume' }]
    for (const status of ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const) {
      const run = await standing(t, status)
      for (const action of actions) expect(await t.ask(run, action)).toEqual({ kind: 'refused', status })
      expect(await t.row(run)).toEqual(run)
    }
  }),

  requirement('CANCEL-10', 'what a terminated run had recorded stays to be read', async (t) => {
    const run = await recorded(t)
    const journal = await t.journal(run)
    await t.ask(run, terminate)
    expect(await t.journal(run)).toEqual(journal)
  }),

  requirement('CANCEL-11', 'a cancel and a finish sent at once leave one truth', async (t) => {
    const another = await t.another()
    for (let round = 0; round < 10; round++) {
      const run = await recorded(t)
      const { namespace, executionId } = run
      const [finished, [asked]] = await Promise.all([
        t.commit(run, { turn: finish() }),
        another.control([{ namespace, executionId, action: cancel }]),
      ])
      const row = await t.row(run)
      if (finished.kind === 'applied') expect([asked?.kind, row.status]).toEqual(['refused', 'COMPLETED'])
      else expect([finished.kind, asked?.kind, row.status]).toEqual(['stale', 'accepted', 'RUNNING'])
    }
  }),

  requirement(
    'CANCEL-12',
    'a run that was ever claimed is cancelled by its code, though it has recorded nothing',
    async (t) => {
      const asked = { status: 'PENDING', decided: 'CANCELLED', dueAt: t.clock.now(), finishedAt: null }
      const held = await t.hold()
      expect(await t.ask(held, cancel)).toMatchObject({ kind: 'accepted', status: 'RUNNING' })
      expect(await t.row(held)).toMatchObject({ fence: held.fence, leaseUntil: held.leaseUntil })
      expect(await t.commit(held, { turn: finish() })).toMatchObject({ kind: 'stale' })

      const released = await t.apply(await t.hold(), { turn: { kind: 'release' } })
      expect(await t.ask(released, cancel)).toMatchObject({ kind: 'accepted', status: 'PENDING' })
      expect(await t.row(released)).toMatchObject(asked)

      const died = await t.hold()
      t.clock.advance(60_000)
      expect(await t.ask(died, cancel)).toMatchObject({ kind: 'accepted', status: 'RUNNING' })
      expect(await t.reclaim(died)).toMatchObject({ applied: null, control: { cancel: { reason } } })
    },
  ),

  requirement(
    'CANCEL-13',
    'a run that blocks again keeps its cancel, and code that comes later is given it',
    async (t) => {
      const blocked = await standing(t, 'BLOCKED')
      await t.ask(blocked, cancel)
      const again = await t.apply(await t.reclaim(blocked), { turn: block() })
      expect(again).toMatchObject({
        status: 'BLOCKED',
        decided: 'CANCELLED',
        control: { cancel: { reason } },
      })
      await t.ask(again, { kind: 'unblock' })
      const turn = finish('CANCELLED')
      expect(await t.apply(await t.reclaim(again), { turn })).toMatchObject({ status: 'CANCELLED' })
    },
  ),

  requirement(
    'CANCEL-14',
    'a run that was set aside refuses a cancel and says so; that of a parent it keeps',
    async (t) => {
      for (const setAside of ['POISONED', 'CORRUPTED'] as const) {
        const run = await t.apply(await recorded(t), { turn: block({ reason: setAside }) })
        expect(await t.ask(run, cancel)).toEqual({ kind: 'refused', status: 'BLOCKED', setAside })
        expect(await t.row(run)).toEqual(run)
        await t.ask(run, { kind: 'cancel', reason: 'parent closed', byParent: true })
        expect(await t.claim({ queues: [run.queue] })).toEqual([])
        await t.ask(run, { kind: 'unblock' })
        const control = { cancel: { reason: 'parent closed' } }
        expect(await t.reclaim(run)).toMatchObject({ decided: 'CANCELLED', control })
      }
    },
  ),
]
