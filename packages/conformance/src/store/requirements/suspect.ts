import type { CommitEntry, OperationRecord, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { claimRequest, event, operations, pair, unique } from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block, finish, suspend } from '../turns.js'

const minute = 60_000

export const suspectRequirements: readonly StoreRequirement[] = [
  requirement(
    'SUSPECT-01',
    'a claim leases no more suspects than it wants, and others beside them',
    async (t) => {
      const queue = unique('queue')
      for (let started = 0; started < 5; started += 1) await t.start({ queue })
      await t.claim({ queues: [queue] })
      t.clock.advance(minute)
      const healthy = await t.start({ queue })
      const claim = async (suspects: number): Promise<readonly RunRecord[]> =>
        t.claim({ queues: [queue], suspects })
      expect(await claim(0)).toMatchObject([{ executionId: healthy.executionId, recoveries: 0 }])
      for (const [wanted, given] of [
        [0, 0],
        [1, 1],
        [3, 3],
        [2, 1],
      ] as const) {
        const claimed = await claim(wanted)
        expect(claimed.map(({ recoveries }) => recoveries)).toEqual(Array.from({ length: given }, () => 1))
      }
    },
  ),

  requirement(
    'SUSPECT-02',
    'suspects and others together are no more than the limit, by priority',
    async (t) => {
      const queue = unique('queue')
      for (const priority of [1, 3]) await t.start({ queue, priority })
      await t.claim({ queues: [queue] })
      t.clock.advance(minute)
      for (const priority of [2, 0]) await t.start({ queue, priority })
      const claimed = await t.claim({ queues: [queue], limit: 3, suspects: 2 })
      expect(claimed.map(({ priority }) => priority)).toEqual([3, 2, 1])
    },
  ),

  requirement('SUSPECT-03', 'nextAt says nothing of suspects to who wants none', async (t) => {
    const queue = unique('queue')
    await t.start({ queue })
    await t.claim({ queues: [queue], leaseMs: minute })
    const next = async (suspects: number): Promise<number | null> =>
      (await t.store.claim(claimRequest({ queues: [queue], suspects }))).nextAt
    expect(await next(0)).toBeNull()
    expect(await next(1)).toBe(t.clock.now() + minute)
    t.clock.advance(2 * minute)
    expect(await next(0)).toBeNull()
  }),

  requirement(
    'SUSPECT-04',
    'the death of a holder is a strike if it held a suspect and had not proven it',
    async (t) => {
      const first = await recovered(t, await t.hold())
      expect([first.recoveries, first.strikes]).toEqual([1, 0])
      const second = await recovered(t, first)
      expect([second.recoveries, second.strikes]).toEqual([2, 1])
      await t.apply(second, { proven: true })
      const third = await recovered(t, second)
      expect([third.recoveries, third.strikes, third.proven]).toEqual([3, 1, false])
      const holdings = [{ key: third, fence: third.fence, proven: true }]
      await t.store.renew({ leaseMs: minute, holdings })
      expect((await t.row(third)).proven).toBe(true)
      const fourth = await recovered(t, third)
      expect([fourth.recoveries, fourth.strikes, fourth.proven]).toEqual([4, 1, false])
      const fifth = await recovered(t, fourth)
      expect([fifth.recoveries, fifth.strikes]).toEqual([5, 2])
    },
  ),

  requirement('SUSPECT-05', 'a settled step clears a run that is no suspect, or is proven', async (t) => {
    const settles = (run: RunRecord): Partial<CommitEntry> => ({ operations: operations(run, [{}]) })
    const suspect = await recovered(t, await recovered(t, await t.hold()))
    const unproven = await t.apply(suspect, settles(suspect))
    expect(numbers(unproven)).toEqual([2, 1, false])
    const proven = await t.apply(unproven, { ...settles(unproven), proven: true })
    expect(numbers(proven)).toEqual([0, 0, false])
  }),

  requirement(
    'SUSPECT-06',
    'neither starts nor timers, messages, retries or renewals clear a suspect, proven or not',
    async (t) => {
      const suspect = await recovered(t, await recovered(t, await t.hold()))
      const rows: readonly Partial<OperationRecord>[] = [
        { status: 'STARTED' },
        { status: 'PENDING' },
        { type: 'WAIT', subType: 'Wait' },
        { type: 'CALLBACK', subType: 'WaitForEvent' },
        { type: 'CONTEXT', subType: 'RunInChildContext' },
        { status: 'CANCELLED' },
      ]
      await t.apply(suspect, { proven: true })
      await t.send(suspect, event('go'))
      let run = await t.row(suspect)
      for (const row of rows) {
        run = await t.apply(run, { operations: operations(run, [row]) })
        expect(numbers(run), JSON.stringify(row)).toEqual([2, 1, true])
      }
      await t.store.renew({ leaseMs: minute, holdings: [{ key: run, fence: run.fence }] })
      expect(numbers(await t.row(run))).toEqual([2, 1, true])
    },
  ),

  requirement('SUSPECT-07', 'a run that is given up is no suspect any more', async (t) => {
    for (const turn of [suspend(['event:go']), { kind: 'release' } as const, finish(), block()]) {
      const suspect = await recovered(t, await recovered(t, await t.hold()))
      expect(numbers(await t.apply(suspect, { turn })), turn.kind).toEqual([0, 0, false])
    }
  }),

  requirement(
    'SUSPECT-08',
    'a poisoned run shows its numbers, is not claimed even past its deadline, and starts over when unblocked',
    async (t) => {
      const suspect = await recovered(t, await recovered(t, await t.hold({ timeoutMs: 60 * minute })))
      const set = await t.apply(suspect, { turn: block({ reason: 'POISONED' }) })
      expect(numbers(set)).toEqual([2, 1, false])
      expect(set).toMatchObject({
        status: 'BLOCKED',
        blocked: { reason: 'POISONED' },
        blockedAt: t.clock.now(),
      })
      t.clock.advance(120 * minute)
      const request = claimRequest({ queues: [set.queue], pairs: [pair()], startedAt: t.clock.now() })
      expect(await t.store.claim(request)).toMatchObject({ claimed: [], nextAt: null })
      expect(await t.ask(set, { kind: 'unblock' })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
      expect(numbers(await t.reclaim(set))).toEqual([0, 0, false])
    },
  ),

  requirement(
    'SUSPECT-09',
    'a suspect that was struck again is leased alone, and only where it is asked for',
    async (t) => {
      const queue = unique('queue')
      const start = async (): Promise<RunRecord> => {
        await t.start({ queue })
        const [run] = await t.claim({ queues: [queue], suspects: 0 })
        if (run === undefined) throw new Error('nothing to claim')
        return run
      }
      const struck = await recovered(t, await recovered(t, await start()))
      await t.apply(await recovered(t, struck), { proven: true })
      expect((await t.row(struck)).strikes).toBe(2)
      const [first, second] = [await start(), await start()]
      t.clock.advance(10 * minute)
      const request = claimRequest({ queues: [queue], suspects: 100, alone: false, limit: 1 })
      const [other] = (await t.store.claim(request)).claimed
      expect(other?.run.executionId).toBe(first.executionId)
      // It is due first, and so it is the one.
      expect(await t.claim({ queues: [queue] })).toMatchObject([
        { executionId: struck.executionId, strikes: 2 },
      ])
      t.clock.advance(minute)
      const left = await t.store.claim(claimRequest({ queues: [queue], suspects: 100, alone: false }))
      expect(left.claimed.map(({ run }) => run.executionId).sort()).toEqual(
        [first.executionId, second.executionId].sort(),
      )
      expect(left.nextAt).toBe(t.clock.now() + 30_000)
    },
  ),

  requirement('SUSPECT-10', 'one that is tried alone is not taken after others', async (t) => {
    const queue = unique('queue')
    await t.start({ queue })
    const [held] = await t.claim({ queues: [queue] })
    if (held === undefined) throw new Error('nothing to claim')
    const struck = await recovered(t, await recovered(t, held))
    for (let started = 0; started < 2; started += 1) await t.start({ queue, priority: 1 })
    await t.claim({ queues: [queue], suspects: 0 })
    t.clock.advance(10 * minute)
    const claimed = await t.claim({ queues: [queue] })
    expect(claimed.map(({ recoveries }) => recoveries)).toEqual([1, 1])
    expect(await t.claim({ queues: [queue] })).toMatchObject([{ executionId: struck.executionId }])
  }),
]

/** The run in the hands of the next holder, after the one before it died. */
async function recovered(t: StoreTrial, run: RunRecord): Promise<RunRecord> {
  t.clock.advance(10 * minute)
  return t.reclaim(run)
}

function numbers({ recoveries, strikes, proven }: RunRecord): readonly [number, number, boolean] {
  return [recoveries, strikes, proven]
}
