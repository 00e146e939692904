import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { newRun } from '../builders.js'
import { recorded, standing, suspended, unfinishedStatuses } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

/** Pause, resume, unblock and deadlines. What ends a run is in `cancel.ts`. */
export const controlRequirements: readonly StoreRequirement[] = [
  requirement('CONTROL-01', 'a pending, running or suspended run can be paused', async (t) => {
    for (const status of ['PENDING', 'RUNNING', 'SUSPENDED'] as const) {
      const run = await standing(t, status)
      const answer = await t.ask(run, { kind: 'pause' })
      expect(answer).toEqual({ kind: 'accepted', status: 'PAUSED', now: t.clock.now() })
      const control = { ...run.control, seq: 1, paused: true }
      expect(await t.row(run)).toEqual({ ...run, status: 'PAUSED', control })
    }
  }),

  requirement('CONTROL-02', 'a paused, blocked or finished run cannot be paused', async (t) => {
    for (const status of ['PAUSED', 'BLOCKED', 'COMPLETED', 'TERMINATED'] as const) {
      const run = await standing(t, status)
      expect(await t.ask(run, { kind: 'pause' })).toEqual({ kind: 'refused', status })
      expect(await t.row(run)).toEqual(run)
    }
  }),

  requirement('CONTROL-03', 'a pause leaves the lease to its holder, who hears of it', async (t) => {
    const run = await recorded(t)
    await t.ask(run, { kind: 'pause' })
    const paused = { control: { seq: 1, paused: true }, leaseUntil: run.leaseUntil }
    expect(await t.commit(run)).toMatchObject({ kind: 'applied', ...paused })
    expect(await t.row(run)).toMatchObject({ status: 'PAUSED', leaseOwner: run.leaseOwner })
  }),

  requirement('CONTROL-04', 'the timer of a paused run passes without waking it', async (t) => {
    const run = await suspended(t, [], t.clock.now() + 1_000)
    await t.ask(run, { kind: 'pause' })
    t.clock.advance(60_000)
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
  }),

  requirement('CONTROL-05', 'a resumed run is due at once', async (t) => {
    const run = await standing(t, 'PAUSED')
    const answer = await t.ask(run, { kind: 'resume' })
    expect(answer).toMatchObject({ kind: 'accepted', status: 'PENDING' })
    const row = { status: 'PENDING', dueAt: t.clock.now(), control: { seq: 2, paused: false } }
    expect(await t.row(run)).toMatchObject(row)
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('CONTROL-06', 'a run that is resumed while it is held goes on with its holder', async (t) => {
    const run = await recorded(t)
    await t.ask(run, { kind: 'pause' })
    expect(await t.ask(run, { kind: 'resume' })).toMatchObject({ kind: 'accepted', status: 'RUNNING' })
    expect(await t.row(run)).toMatchObject({ fence: run.fence, leaseUntil: run.leaseUntil })
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
  }),

  requirement('CONTROL-07', 'a run that starts later keeps its time when it is resumed before', async (t) => {
    const run = await t.start({ startAt: t.clock.now() + 60_000 })
    await t.ask(run, { kind: 'pause' })
    await t.ask(run, { kind: 'resume' })
    expect(await t.claim()).toEqual([])
    t.clock.advance(60_000)
    expect(await t.claim()).toHaveLength(1)
  }),

  requirement('CONTROL-08', 'only a paused run can be resumed', async (t) => {
    for (const status of ['PENDING', 'RUNNING', 'SUSPENDED', 'BLOCKED', 'FAILED'] as const) {
      const run = await standing(t, status)
      expect(await t.ask(run, { kind: 'resume' })).toEqual({ kind: 'refused', status })
      expect(await t.row(run)).toEqual(run)
    }
  }),

  requirement(
    'CONTROL-09',
    'a run that was paused and held when its holder died goes on when resumed',
    async (t) => {
      const run = await recorded(t)
      await t.ask(run, { kind: 'pause' })
      t.clock.advance(60_000)
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
      await t.ask(run, { kind: 'resume' })
      expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING', recoveries: 1 })
    },
  ),

  requirement('CONTROL-10', 'an unblocked run is due at once', async (t) => {
    const run = await standing(t, 'BLOCKED')
    t.clock.advance(1_000)
    expect(await t.ask(run, { kind: 'unblock' })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
    expect(await t.row(run)).toMatchObject({ blocked: null, dueAt: t.clock.now() })
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING', recoveries: 0 })
  }),

  requirement('CONTROL-11', 'only a blocked run can be unblocked', async (t) => {
    for (const status of ['PENDING', 'RUNNING', 'SUSPENDED', 'PAUSED', 'COMPLETED'] as const) {
      const run = await standing(t, status)
      expect(await t.ask(run, { kind: 'unblock' })).toEqual({ kind: 'refused', status })
      expect(await t.row(run)).toEqual(run)
    }
  }),

  requirement(
    'CONTROL-12',
    'a run that blocked while it was paused is paused when it is unblocked',
    async (t) => {
      const run = await recorded(t)
      await t.ask(run, { kind: 'pause' })
      const blocked = { reason: 'MISSING_HANDLER', message: 'no code', build: 'b' } as const
      await t.apply(await t.row(run), { turn: { kind: 'block', blocked } })
      expect(await t.ask(run, { kind: 'unblock' })).toMatchObject({ kind: 'accepted', status: 'PAUSED' })
      expect(await t.ask(run, { kind: 'resume' })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
    },
  ),

  requirement(
    'CONTROL-13',
    'a deadline can be set and taken away whatever an unfinished run does',
    async (t) => {
      for (const status of unfinishedStatuses) {
        const run = await standing(t, status)
        const deadlineAt = t.clock.now() + 1_000
        expect(await t.ask(run, { kind: 'setDeadline', deadlineAt })).toMatchObject({
          kind: 'accepted',
          status,
        })
        expect(await t.row(run)).toEqual({
          ...run,
          control: { ...run.control, seq: run.control.seq + 1, deadlineAt },
        })
        await t.ask(run, { kind: 'setDeadline', deadlineAt: null })
        expect((await t.row(run)).control).toMatchObject({ seq: run.control.seq + 2, deadlineAt: null })
      }
      const finished = await standing(t, 'COMPLETED')
      const refused = { kind: 'refused', status: 'COMPLETED' }
      expect(await t.ask(finished, { kind: 'setDeadline', deadlineAt: 1 })).toEqual(refused)
    },
  ),

  requirement(
    'CONTROL-20',
    'a suspended run is woken by the name of its last commit, and by no other',
    async (t) => {
      const run = await suspended(t, ['event:go'], t.clock.now() + 60_000)
      const mark = run.applied ?? { nonce: '', commitSeq: 0 }
      const others = [
        { ...mark, nonce: `${mark.nonce}x` },
        { ...mark, commitSeq: mark.commitSeq - 1 },
      ]
      const refused = { kind: 'refused', status: 'SUSPENDED' }
      for (const other of others) expect(await t.ask(run, { kind: 'wake', mark: other })).toEqual(refused)
      expect(await t.row(run)).toEqual(run)
      expect(await t.ask(run, { kind: 'wake', mark })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
      const woken = await t.reclaim(run)
      expect(woken).toMatchObject({ applied: mark, control: run.control })
      expect(await t.ask(run, { kind: 'wake', mark })).toEqual({ kind: 'refused', status: 'RUNNING' })
    },
  ),

  requirement('CONTROL-14', 'a run is due at its deadline, if not before', async (t) => {
    const run = await suspended(t, ['event:go'], t.clock.now() + 60_000)
    await t.ask(run, { kind: 'setDeadline', deadlineAt: t.clock.now() + 5_000 })
    t.clock.advance(4_999)
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
    t.clock.advance(1)
    expect(await t.reclaim(run)).toMatchObject({ control: { deadlineAt: t.clock.now() } })
  }),

  requirement('CONTROL-15', 'accepted requests are counted and refused ones are not', async (t) => {
    const run = await recorded(t)
    for (const kind of ['pause', 'pause', 'resume', 'resume', 'unblock', 'pause'] as const) {
      await t.ask(run, { kind })
    }
    expect((await t.row(run)).control.seq).toBe(3)
  }),

  requirement('CONTROL-16', 'requests go to the newest run', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: finish() })
    const before = await t.row(first)
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    expect(await t.ask(first, { kind: 'pause' })).toMatchObject({ kind: 'accepted' })
    expect(await t.row(first)).toEqual(before)
    expect(await t.newest(first)).toMatchObject({ runNo: 2, status: 'PAUSED' })
  }),

  requirement('CONTROL-17', 'a request to an unknown execution says so', async (t) => {
    const run = await t.start()
    const unknown = [
      { ...run, executionId: 'nobody' },
      { ...run, namespace: 'elsewhere' },
    ]
    for (const key of unknown) {
      expect(await t.ask(key, { kind: 'terminate', reason: null })).toEqual({ kind: 'unknown' })
    }
    expect(await t.row(run)).toEqual(run)
  }),

  requirement('CONTROL-18', 'requests of one batch are answered one by one, in order', async (t) => {
    const { namespace, executionId } = await t.start()
    const kinds = ['pause', 'pause', 'resume'] as const
    const requests = kinds.map((kind) => ({ namespace, executionId, action: { kind } }))
    const nobody = { namespace, executionId: 'nobody', action: { kind: 'pause' } } as const
    const answers = await t.store.control([...requests, nobody])
    expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'accepted', 'unknown'])
  }),

  requirement('CONTROL-19', 'a holder that hears of a request may suspend once it has seen it', async (t) => {
    const run = await recorded(t)
    await t.ask(run, { kind: 'pause' })
    const seen = { inboxSeq: 0, controlSeq: 1 }
    expect(await t.commit(run, { turn: suspend(), seen })).toMatchObject({ kind: 'applied' })
  }),
]
