import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { claimRequest, forgedPairs, pair } from '../builders.js'
import { standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { suspend } from '../turns.js'

export const claimRequirements: readonly StoreRequirement[] = [
  requirement('CLAIM-01', 'a claim leases a due run to the worker that asks', async (t) => {
    const run = await t.start()
    const now = t.clock.now()
    const answer = await t.store.claim(claimRequest({ requestId: 'a nonce', workerId: 'w', leaseMs: 30_000 }))
    expect(answer).toMatchObject({ now, claimed: [{ run: { executionId: run.executionId } }] })
    expect(answer.claimed[0]?.run).toEqual({
      ...run,
      status: 'RUNNING',
      leaseUntil: now + 30_000,
      leaseOwner: 'w',
      fence: { epoch: 1, nonce: 'a nonce' },
      startedAt: now,
      answeredAt: now,
    })
    expect(await t.row(run)).toEqual(answer.claimed[0]?.run)
  }),

  requirement('CLAIM-02', 'a leased run is nobody else’s until its lease ends', async (t) => {
    await t.start()
    await t.claim({ leaseMs: 30_000 })
    t.clock.advance(29_999)
    expect(await t.claim()).toEqual([])
    t.clock.advance(1)
    expect(await t.claim()).toHaveLength(1)
  }),

  requirement('CLAIM-03', 'a sleeping run is claimed from the very instant it is due', async (t) => {
    const run = await suspended(t, [], t.clock.now() + 1_000)
    t.clock.advance(999)
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
    t.clock.advance(1)
    expect(await t.reclaim(run)).toMatchObject({ executionId: run.executionId, status: 'RUNNING' })
  }),

  requirement('CLAIM-04', 'a claim leases no more than its limit', async (t) => {
    for (let started = 0; started < 5; started++) await t.start()
    for (const leased of [2, 2, 1]) expect(await t.claim({ limit: 2 })).toHaveLength(leased)
  }),

  requirement('CLAIM-05', 'a higher priority goes first, however long others are due', async (t) => {
    const priorities = [0, -100, 7, 100, -1]
    for (const priority of priorities) {
      await t.start({ priority })
      t.clock.advance(1)
    }
    for (const priority of [100, 7, 0, -1, -100])
      expect(await t.claim({ limit: 1 })).toMatchObject([{ priority }])
  }),

  requirement('CLAIM-06', 'of one priority the run that is due longest goes first', async (t) => {
    const now = t.clock.now()
    const delays = [3_000, 1_000, 2_000]
    for (const delay of delays) await t.start({ executionId: `after-${delay}`, startAt: now + delay })
    t.clock.advance(5_000)
    for (const delay of [1_000, 2_000, 3_000]) {
      expect(await t.claim({ limit: 1 })).toMatchObject([{ executionId: `after-${delay}` }])
    }
  }),

  requirement('CLAIM-07', 'a claim takes from the queues that it names only', async (t) => {
    for (const queue of ['red', 'green', 'blue']) await t.start({ executionId: queue, queue })
    const claimed = await t.claim({ queues: ['red', 'blue'] })
    expect(claimed.map(({ queue }) => queue).sort()).toEqual(['blue', 'red'])
    expect(await t.claim({ queues: [] })).toEqual([])
  }),

  requirement('CLAIM-08', 'workflow and version are matched as pairs, not each for itself', async (t) => {
    for (const workflow of ['checkout', 'refund']) {
      for (const version of ['1', '2']) {
        await t.start({ executionId: `${workflow}-${version}`, workflow, version })
      }
    }
    const pairs = [pair({ version: '2' }), pair({ workflow: 'refund', version: '1' })]
    const claimed = await t.claim({ pairs })
    expect(claimed.map(({ executionId }) => executionId).sort()).toEqual(['checkout-2', 'refund-1'])
    expect(await t.claim({ pairs: [] })).toEqual([])
  }),

  requirement('CLAIM-09', 'any build of a pair may claim', async (t) => {
    await t.start()
    expect(await t.claim({ pairs: [pair({ build: 'yet another build' })] })).toHaveLength(1)
  }),

  requirement('CLAIM-10', 'a claim takes from its namespace only', async (t) => {
    await t.start({ namespace: 'north' })
    expect(await t.claim({ namespace: 'south' })).toEqual([])
    expect(await t.claim({ namespace: 'north' })).toHaveLength(1)
  }),

  requirement(
    'CLAIM-11',
    'the same request again answers with what it leased and leases no more',
    async (t) => {
      await t.start()
      await t.start()
      await t.start()
      const request = claimRequest({ limit: 2 })
      const first = await t.store.claim(request)
      t.clock.advance(100)
      const again = await (await t.another()).claim(request)
      const told = first.claimed.map(({ run }) => ({ run: { ...run, answeredAt: t.clock.now() } }))
      expect(new Set(again.claimed)).toEqual(new Set(told))
      expect(await t.claim()).toHaveLength(1)
    },
  ),

  requirement('CLAIM-12', 'the same request again leaves out what was given up since', async (t) => {
    await t.start()
    await t.start()
    const request = claimRequest()
    const [first, second] = (await t.store.claim(request)).claimed.map(({ run }) => run)
    if (first !== undefined) await t.apply(first, { turn: suspend() })
    const again = await t.store.claim(request)
    expect(again.claimed.map(({ run }) => run)).toEqual([second])
  }),

  requirement('CLAIM-13', 'two claims at once share no run', async (t) => {
    for (let started = 0; started < 20; started++) await t.start()
    const another = await t.another()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? t.store : another).claim(claimRequest({ limit: 3 })),
      ),
    )
    const claimed = answers.flatMap((answer) => answer.claimed.map(({ run }) => run.executionId))
    expect(claimed).toHaveLength(20)
    expect(new Set(claimed).size).toBe(20)
  }),

  requirement('CLAIM-14', 'nextAt is when the next run that matches becomes claimable', async (t) => {
    const now = t.clock.now()
    expect(await t.store.claim(claimRequest())).toMatchObject({ now, claimed: [], nextAt: null })
    await t.start({ startAt: now + 5_000 })
    await t.start({ startAt: now + 3_000 })
    await t.start({ startAt: now + 1_000, queue: 'another' })
    await t.start({ startAt: now + 2_000, workflow: 'another' })
    expect(await t.store.claim(claimRequest())).toMatchObject({ claimed: [], nextAt: now + 3_000 })
  }),

  requirement('CLAIM-15', 'nextAt counts the end of a lease that somebody else holds', async (t) => {
    await t.start()
    await t.claim({ leaseMs: 10_000 })
    const { nextAt } = await t.store.claim(claimRequest())
    expect(nextAt).toBe(t.clock.now() + 10_000)
  }),

  requirement(
    'CLAIM-16',
    'nextAt is not in the future while more is due than the limit allows',
    async (t) => {
      await t.start()
      await t.start()
      const { nextAt } = await t.store.claim(claimRequest({ limit: 1 }))
      expect(nextAt).toBeLessThanOrEqual(t.clock.now())
    },
  ),

  requirement('CLAIM-17', 'a run in direct mode is never claimed', async (t) => {
    await t.start({ direct: true })
    expect(await t.store.claim(claimRequest())).toMatchObject({ claimed: [], nextAt: null })
  }),

  requirement('CLAIM-18', 'neither a paused nor a blocked nor a finished run is claimed', async (t) => {
    for (const status of ['PAUSED', 'BLOCKED', 'COMPLETED', 'TERMINATED'] as const) {
      const { queue } = await standing(t, status)
      t.clock.advance(3_600_000)
      expect(await t.store.claim(claimRequest({ queues: [queue] }))).toMatchObject({
        claimed: [],
        nextAt: null,
      })
    }
  }),

  requirement(
    'CLAIM-19',
    'a run that waits for messages alone is not claimed by any passing of time',
    async (t) => {
      const { queue } = await suspended(t, ['event:approved'])
      t.clock.advance(10 * 366 * 86_400_000)
      expect(await t.store.claim(claimRequest({ queues: [queue] }))).toMatchObject({
        claimed: [],
        nextAt: null,
      })
    },
  ),

  requirement('CLAIM-20', 'a claim says that nothing was ever recorded, or by which commit', async (t) => {
    const fresh = await t.hold()
    expect(fresh.applied).toBeNull()
    const waiting = await suspended(t, [], t.clock.now())
    const { applied } = await t.reclaim(waiting)
    expect(applied).toEqual({ nonce: waiting.fence.nonce, commitSeq: 2 })
  }),

  requirement(
    'CLAIM-21',
    'a queue, a workflow and a version are three things, however they are cut',
    async (t) => {
      for (const [one, other] of forgedPairs) {
        const queued = await t.start({ queue: one.outer, workflow: one.inner })
        const claimOther = { queues: [other.outer], pairs: [pair({ workflow: other.inner })] }
        expect(await t.claim(claimOther)).toEqual([])
        const versioned = await t.start({ workflow: one.outer, version: one.inner })
        expect(await t.claim({ pairs: [pair({ workflow: other.outer, version: other.inner })] })).toEqual([])
        const right = { queues: [one.outer], pairs: [pair({ workflow: one.inner })] }
        expect(await t.claim(right)).toMatchObject([{ executionId: queued.executionId }])
        const rightVersion = { pairs: [pair({ workflow: one.outer, version: one.inner })] }
        expect(await t.claim(rightVersion)).toMatchObject([{ executionId: versioned.executionId }])
      }
    },
  ),
]
