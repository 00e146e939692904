import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { acquireRequest, claimRequest, event, holding, newRun } from '../builders.js'
import { recorded, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'

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
    await t.send(run, event('go'))
    expect(await t.pending(run)).toMatchObject([{ receivedAt: now }])
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
]
