import type { RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { acquireRequest, claimRequest, event, holding, newRun, unique } from '../builders.js'
import { recorded, suspended } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { suspend } from '../turns.js'

const minute = 60_000

export const timeRequirements: readonly StoreRequirement[] = [
  requirement('TIME-01', 'every answer that has a time has the time of the store', async (t) => {
    t.clock.jumpWall(7 * minute)
    const now = t.clock.now()
    const run = await recorded(t)
    const entries = [await t.commit(run), await t.ask(run, { kind: 'pause' }), await t.create(newRun())]
    expect(entries).toMatchObject([{ now }, { now }, { now }])
    expect(await t.store.claim(claimRequest())).toMatchObject({ now })
    expect(await t.store.acquire(acquireRequest(await t.start()))).toMatchObject({ now })
    expect(await t.store.renew({ leaseMs: 1, holdings: [holding(run)] })).toMatchObject([{ now }])
    t.clock.advance(1)
    await t.send(run, event('go'))
    expect(await t.pending(run)).toMatchObject([{ receivedAt: now + 1 }])
  }),

  requirement('TIME-02', 'when the clock is set back, nobody loses a lease', async (t) => {
    const run = await t.hold()
    t.clock.jumpWall(-5 * minute)
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
    const [renewed] = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    expect(renewed).toMatchObject({ kind: 'renewed', leaseUntil: run.leaseUntil })
    expect(await t.commit(run)).toMatchObject({ kind: 'applied', leaseUntil: run.leaseUntil })
  }),

  requirement(
    'TIME-03',
    'when the clock is set back, a timer is late by the jump and fires once',
    async (t) => {
      const run = await suspended(t, [], t.clock.now() + minute)
      t.clock.jumpWall(-5 * minute)
      t.clock.advance(6 * minute - 1)
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
      t.clock.advance(1)
      expect(
        await t.claim({ queues: [run.queue], pairs: [{ workflow: run.workflow, version: '1', build: 'b' }] }),
      ).toHaveLength(1)
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
    },
  ),

  requirement('TIME-04', 'when the clock is set forward, what is due by it can be claimed', async (t) => {
    const run = await suspended(t, [], t.clock.now() + minute)
    t.clock.jumpWall(minute)
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('TIME-05', 'a timer may be a year away', async (t) => {
    const year = 366 * 86_400_000
    const run = await suspended(t, [], t.clock.now() + year)
    t.clock.advance(year - 1)
    expect(await t.store.claim(claimRequest({ queues: [run.queue] }))).toMatchObject({
      nextAt: t.clock.now() + 1,
    })
    t.clock.advance(1)
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('TIME-06', 'a run that was to start in the past is due at once', async (t) => {
    await t.start({ startAt: t.clock.now() - minute })
    expect(await t.claim()).toHaveLength(1)
  }),

  requirement('TIME-07', 'the first claim of a run is when it started, and later ones are not', async (t) => {
    const run = await t.hold()
    t.clock.advance(minute)
    expect(await t.reclaim(run)).toMatchObject({ startedAt: run.startedAt })
  }),

  requirement(
    'TIME-08',
    'a message is received after every instant that a holder was told, under a clock set back as well',
    async (t) => {
      const claimed = await t.hold()
      expect(await sent(t, claimed)).toBe(claimed.answeredAt + 1)
      t.clock.advance(10)
      const [renewed] = await t.store.renew({ leaseMs: 30_000, holdings: [holding(claimed)] })
      if (renewed?.kind !== 'renewed') throw new Error('not renewed')
      expect(await sent(t, claimed)).toBeGreaterThan(renewed.now)
      t.clock.advance(10)
      const applied = await t.commit(claimed)
      if (applied.kind !== 'applied') throw new Error('not applied')
      expect(await sent(t, claimed)).toBeGreaterThan(applied.now)
      t.clock.advance(10)
      const stale = await t.commit(await t.row(claimed), {
        turn: suspend(),
        seen: { inboxSeq: 0, controlSeq: 0 },
      })
      if (stale.kind !== 'stale') throw new Error('not stale')
      expect(await sent(t, claimed)).toBeGreaterThan(stale.now)
      t.clock.jumpWall(-60_000)
      expect(await sent(t, claimed)).toBeGreaterThan(stale.now)
      t.clock.advance(120_000)
      expect(await sent(t, claimed)).toBe(t.clock.now())
    },
  ),

  requirement(
    'TIME-09',
    'a claim whose answer was lost tells the time once more, and messages come after that',
    async (t) => {
      const run = await t.start({ queue: unique('queue') })
      const request = claimRequest({ queues: [run.queue] })
      await t.store.claim(request)
      t.clock.advance(10)
      const { now } = await t.store.claim(request)
      expect(await sent(t, run)).toBeGreaterThan(now)
      const script = await t.start({ direct: true })
      const acquiring = acquireRequest(script)
      await t.store.acquire(acquiring)
      t.clock.advance(10)
      const again = await t.store.acquire(acquiring)
      if (again.kind !== 'acquired') throw new Error('not acquired')
      expect(await sent(t, script)).toBeGreaterThan(again.now)
    },
  ),

  requirement(
    'TIME-10',
    'messages are received in the order of their numbers, and a cancel after all there are',
    async (t) => {
      const run = await recorded(t)
      const times = []
      for (const jumpMs of [0, 0, 5, -60_000, 0]) {
        t.clock.jumpWall(jumpMs)
        times.push(await sent(t, run))
      }
      expect(times).toEqual([...times].sort((a, b) => a - b))
      await t.ask(run, { kind: 'cancel', reason: null })
      const requestedAt = (await t.row(run)).control.cancel?.requestedAt ?? 0
      expect(requestedAt).toBeGreaterThan(times.at(-1) ?? 0)
      expect(await sent(t, run)).toBeGreaterThanOrEqual(requestedAt)
    },
  ),
]

/** Of a kind that no limit of an inbox counts. */
const uncounted = { kind: 'callback' } as const

/** When a message that is sent now counts as received. */
async function sent(t: StoreTrial, run: RunRecord): Promise<number> {
  await t.send(run, event('go', uncounted))
  return (await t.pending(run)).at(-1)?.receivedAt ?? 0
}
