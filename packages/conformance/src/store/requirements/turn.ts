import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, operations } from '../builders.js'
import { recorded } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { block, continueAsNew, finish, suspend } from '../turns.js'

export const turnRequirements: readonly StoreRequirement[] = [
  requirement('TURN-01', 'a run that goes on keeps its lease and its status', async (t) => {
    const run = await t.hold()
    expect(await t.apply(run)).toMatchObject({ status: 'RUNNING', leaseUntil: run.leaseUntil })
  }),

  requirement('TURN-02', 'a run that suspends keeps what it waits for and until when', async (t) => {
    const run = await t.hold()
    const dueAt = t.clock.now() + 5_000
    const waitsFor = ['event:approved', 'child:*']
    const row = await t.apply(run, { turn: suspend(waitsFor, dueAt) })
    expect(row).toMatchObject({ status: 'SUSPENDED', waitsFor, dueAt, leaseUntil: null, leaseOwner: null })
  }),

  requirement('TURN-03', 'a run that is released can be claimed at once', async (t) => {
    const run = await t.hold()
    const released = await t.apply(run, { turn: { kind: 'release' } })
    expect(released).toMatchObject({ status: 'PENDING', dueAt: t.clock.now(), leaseUntil: null })
    expect(await t.reclaim(released)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('TURN-04', 'a run ends as its last turn says', async (t) => {
    for (const status of ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const) {
      const run = await t.hold()
      t.clock.advance(1_000)
      const turn = finish(status)
      const { kind: _, ...ending } = turn
      const row = await t.apply(run, { turn })
      expect(row).toMatchObject({ ...ending, finishedAt: t.clock.now(), dueAt: null, leaseUntil: null })
    }
  }),

  requirement('TURN-05', 'a blocked run says why and by which build', async (t) => {
    const run = await t.hold()
    const row = await t.apply(run, { turn: block({ message: 'step, not sleep', build: 'build-7' }) })
    const blocked = { reason: 'NON_DETERMINISTIC', message: 'step, not sleep', build: 'build-7' }
    expect(row).toMatchObject({ status: 'BLOCKED', blocked, leaseUntil: null })
  }),

  ...(
    [
      ['TURN-06', 'suspend', suspend()],
      ['TURN-07', 'finish', finish()],
      ['TURN-08', 'continue as new', continueAsNew()],
    ] as const
  ).map(
    ([requirementId, does, turn]): StoreRequirement =>
      requirement(
        requirementId,
        `a run does not ${does} past a message that its holder has not seen`,
        async (t) => {
          const run = await recorded(t)
          await t.send(run, event('approved'))
          const before = await t.row(run)
          const stale = await t.commit(run, { operations: operations(run, [{}]), turn })
          const { leaseUntil, control } = before
          expect(stale).toEqual({ kind: 'stale', now: t.clock.now(), inboxSeq: 1, control, leaseUntil })
          expect(await t.row(run)).toEqual(before)
          expect(await t.journal(run)).toHaveLength(1)
        },
      ),
  ),

  ...(
    [
      ['TURN-09', 'suspend', suspend()],
      ['TURN-10', 'finish', finish()],
      ['TURN-11', 'continue as new', continueAsNew()],
    ] as const
  ).map(
    ([requirementId, does, turn]): StoreRequirement =>
      requirement(
        requirementId,
        `a run does not ${does} past a request that its holder has not seen`,
        async (t) => {
          const run = await recorded(t)
          await t.ask(run, { kind: 'cancel', reason: 'stop' })
          const before = await t.row(run)
          expect(await t.commit(run, { turn })).toMatchObject({
            kind: 'stale',
            control: { seq: 1, cancel: { reason: 'stop' } },
          })
          expect(await t.row(run)).toEqual(before)
        },
      ),
  ),

  requirement('TURN-12', 'a stale turn is decided again under the same commit number', async (t) => {
    const run = await recorded(t)
    await t.send(run, event('approved'))
    expect(await t.commit(run, { turn: suspend() })).toMatchObject({ kind: 'stale' })
    const seen = { inboxSeq: 1, controlSeq: 0 }
    const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
    expect(await t.commit(run, { turn: finish(), seen, consumed })).toMatchObject({ kind: 'applied' })
  }),

  requirement('TURN-13', 'a run goes on, is released and is blocked whatever is new', async (t) => {
    for (const turn of [{ kind: 'continue' } as const, { kind: 'release' } as const, block()]) {
      const run = await recorded(t)
      await t.send(run, event('approved'))
      await t.ask(run, { kind: 'setDeadline', deadlineAt: null })
      expect(await t.commit(run, { turn })).toMatchObject({
        kind: 'applied',
        inboxSeq: 1,
        control: { seq: 1 },
      })
    }
  }),

  requirement('TURN-14', 'a paused run that its holder lets go of stays paused', async (t) => {
    for (const turn of [suspend(['event:go']), { kind: 'release' } as const]) {
      const run = await recorded(t)
      await t.ask(run, { kind: 'pause' })
      const paused = await t.row(run)
      expect(await t.apply(paused, { turn })).toMatchObject({ status: 'PAUSED', leaseUntil: null })
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
    }
  }),

  requirement('TURN-15', 'a run that suspends until an instant in the past is due at once', async (t) => {
    const run = await t.hold()
    await t.apply(run, { turn: suspend([], t.clock.now() - 1) })
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('TURN-16', 'an ended run waits for nothing and is held by nobody', async (t) => {
    const run = await t.hold()
    await t.apply(run, { turn: suspend(['event:go'], t.clock.now()) })
    const row = await t.apply(await t.reclaim(run), { turn: finish() })
    expect(row).toMatchObject({ waitsFor: [], leaseOwner: null, dueAt: null })
  }),
]
