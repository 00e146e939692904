import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { acquireRequest, claimRequest, keyOf, unique } from '../builders.js'
import { recorded, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { block, continueAsNew, finish, suspend } from '../turns.js'

const cancel = { kind: 'cancel', reason: 'no longer wanted' } as const

/** A deadline ends a run in time, once, whoever has its code; an accepted cancel goes before it. */
export const deadlineRequirements: readonly StoreRequirement[] = [
  requirement(
    'DEADLINE-01',
    'a claim lists runs out of time that nobody holds, earliest first',
    async (t) => {
      const now = t.clock.now()
      const late = await suspended(t, [], null, { timeoutMs: 2_000 })
      const never = await t.start({ timeoutMs: 1_000, queue: unique('queue'), workflow: 'unknown' })
      await t.hold({ timeoutMs: 1_500 })
      await t.start({ timeoutMs: 1_000, namespace: 'elsewhere' })
      const ended = await t.hold({ timeoutMs: 1_000 })
      await t.apply(ended, { turn: finish() })
      const passed = async (): Promise<unknown> =>
        (await t.store.claim(claimRequest({ queues: ['nothing'] }))).passedDeadlines
      t.clock.advance(999)
      expect(await passed()).toEqual([])
      t.clock.advance(1_001)
      expect(await passed()).toEqual([
        { ...keyOf(never), deadlineAt: now + 1_000 },
        { ...keyOf(late), deadlineAt: now + 2_000 },
      ])
    },
  ),

  requirement('DEADLINE-02', 'a claim lists no more than 20 runs out of time', async (t) => {
    for (let index = 0; index < 25; index++) await t.start({ timeoutMs: 1_000 + index })
    t.clock.advance(2_000)
    const { passedDeadlines } = await t.store.claim(claimRequest({ queues: ['nothing'] }))
    expect(passedDeadlines.map(({ deadlineAt }) => deadlineAt - t.clock.now())).toEqual(
      Array.from({ length: 20 }, (_, index) => index - 1_000),
    )
  }),

  requirement('DEADLINE-03', 'a run that was never claimed ends when its deadline is recorded', async (t) => {
    const run = await t.start({ timeoutMs: 1_000 })
    t.clock.advance(1_000)
    const action = { kind: 'recordDeadline', deadlineAt: t.clock.now() } as const
    const now = t.clock.now()
    expect(await t.ask(run, action, { runNo: 1 })).toEqual({ kind: 'accepted', status: 'TIMED_OUT', now })
    expect(await t.row(run)).toMatchObject({
      status: 'TIMED_OUT',
      finishedAt: now,
      error: { code: 'EXECUTION_TIMED_OUT' },
      compensationOutcome: 'SKIPPED',
    })
    expect(await t.ask(run, action)).toEqual({ kind: 'refused', status: 'TIMED_OUT' })
  }),

  requirement(
    'DEADLINE-04',
    'of any other run the ending is decided, the deadline is cleared, and it is due once',
    async (t) => {
      const waiting = await suspended(t, ['event:go'], null, { timeoutMs: 1_000 })
      const paused = await suspended(t, [], null, { timeoutMs: 1_000 })
      await t.ask(paused, { kind: 'pause' })
      const blocked = await t.apply(await recorded(t, { timeoutMs: 1_000 }), { turn: block() })
      t.clock.advance(1_000)
      for (const run of [waiting, paused, blocked]) {
        const deadlineAt = t.clock.now()
        expect(await t.ask(run, { kind: 'recordDeadline', deadlineAt })).toMatchObject({ kind: 'accepted' })
        const control = { paused: false, deadlineAt: null }
        const due = { status: 'PENDING', decided: 'TIMED_OUT', dueAt: deadlineAt, blocked: null, control }
        expect(await t.row(run)).toMatchObject(due)
        const { passedDeadlines } = await t.store.claim(claimRequest({ queues: ['nothing'] }))
        expect(passedDeadlines.some(({ executionId }) => executionId === run.executionId)).toBe(false)
        const again = await t.apply(await t.reclaim(run), { turn: suspend() })
        expect(again).toMatchObject({ status: 'SUSPENDED', dueAt: null })
        expect(await t.claim({ queues: [run.queue] })).toEqual([])
      }
    },
  ),

  requirement(
    'DEADLINE-05',
    'a deadline is recorded only if it still stands, has passed, and nobody holds the run',
    async (t) => {
      const run = await suspended(t, [], null, { timeoutMs: 1_000 })
      const deadlineAt = run.control.deadlineAt ?? 0
      const record = async (at: number): Promise<string> =>
        (await t.ask(run, { kind: 'recordDeadline', deadlineAt: at })).kind
      expect(await record(deadlineAt)).toBe('refused')
      t.clock.advance(1_000)
      expect(await record(deadlineAt - 1)).toBe('refused')
      const taken = await t.store.acquire(acquireRequest(run))
      expect(taken).toMatchObject({ kind: 'acquired' })
      expect(await record(deadlineAt)).toBe('refused')
      t.clock.advance(30_000)
      expect(await record(deadlineAt)).toBe('accepted')
      expect(await record(deadlineAt)).toBe('refused')
    },
  ),

  requirement('DEADLINE-06', 'an accepted cancel takes the deadline away, passed or not', async (t) => {
    for (const elapsed of [500, 1_500]) {
      const run = await suspended(t, [], null, { timeoutMs: 1_000 })
      t.clock.advance(elapsed)
      expect(await t.ask(run, cancel)).toMatchObject({ kind: 'accepted' })
      expect(await t.row(run)).toMatchObject({ decided: 'CANCELLED', control: { deadlineAt: null } })
      const { deadlineAt } = run.control
      const recording = await t.ask(run, { kind: 'recordDeadline', deadlineAt: deadlineAt ?? 0 })
      expect(recording.kind).toBe('refused')
    }
  }),

  requirement('DEADLINE-07', 'a cancel is refused once the deadline was recorded', async (t) => {
    const run = await suspended(t, [], null, { timeoutMs: 1_000 })
    t.clock.advance(1_000)
    await t.ask(run, { kind: 'recordDeadline', deadlineAt: t.clock.now() })
    expect(await t.ask(run, cancel)).toEqual({ kind: 'refused', status: 'PENDING' })
  }),

  requirement(
    'DEADLINE-08',
    'a turn that ends a run as TIMED_OUT and has not seen an accepted cancel is stale',
    async (t) => {
      const run = await t.hold({ timeoutMs: 1_000 })
      t.clock.advance(1_000)
      expect(await t.ask(run, cancel)).toMatchObject({ kind: 'accepted' })
      expect(await t.commit(run, { turn: finish('TIMED_OUT') })).toMatchObject({
        kind: 'stale',
        control: { deadlineAt: null, cancel: { reason: 'no longer wanted' } },
      })
    },
  ),

  requirement('DEADLINE-09', 'a deadline is of the whole life, however often it is continued', async (t) => {
    const first = await t.hold({ timeoutMs: 60_000 })
    const { deadlineAt } = first.control
    t.clock.advance(20_000)
    await t.apply(first, { turn: continueAsNew() })
    expect((await t.newest(first)).control.deadlineAt).toBe(deadlineAt)
  }),

  requirement(
    'DEADLINE-10',
    'a cancel passes to the next run of its life, with the end of its grace',
    async (t) => {
      const first = await recorded(t)
      await t.ask(first, cancel)
      const graceEndsAt = t.clock.now() + 30_000
      const seen = { inboxSeq: 0, controlSeq: 1 }
      await t.apply(first, { turn: continueAsNew({ graceEndsAt }), seen })
      const next = await t.newest(first)
      const control = { cancel: { reason: 'no longer wanted', graceEndsAt } }
      expect(next).toMatchObject({ runNo: 2, status: 'PENDING', decided: 'CANCELLED', control })
      expect(await t.ask(next, cancel)).toEqual({ kind: 'refused', status: 'PENDING' })
    },
  ),
]
