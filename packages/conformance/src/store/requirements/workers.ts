import type { WorkerRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { forgedPairs, pair } from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block } from '../turns.js'

export const workersRequirements: readonly StoreRequirement[] = [
  requirement('WORKER-01', 'a worker that announces itself is seen with all it can run', async (t) => {
    const pairs = [pair(), pair({ workflow: 'refund', build: 'b' })]
    const announced = worker({ queues: ['a', 'b'], pairs })
    expect(await t.store.announce(announced)).toEqual({ now: t.clock.now() })
    expect(await seen(t)).toEqual([{ ...announced, seenAt: t.clock.now() }])
  }),

  requirement('WORKER-02', 'a worker that announces itself again replaces its row', async (t) => {
    await t.store.announce(worker({ queues: ['a'] }))
    t.clock.advance(60_000)
    await t.store.announce(worker({ queues: ['b'] }))
    expect(await seen(t)).toEqual([{ ...worker({ queues: ['b'] }), seenAt: t.clock.now() }])
  }),

  requirement('WORKER-03', 'a worker that was not seen since is left out', async (t) => {
    await t.store.announce(worker({ workerId: 'old' }))
    t.clock.advance(60_000)
    await t.store.announce(worker({ workerId: 'new' }))
    expect(await seen(t, t.clock.now())).toMatchObject([{ workerId: 'new' }])
    expect(await seen(t, t.clock.now() + 1)).toEqual([])
    expect(await seen(t, t.clock.now() - 60_000)).toHaveLength(2)
  }),

  requirement('WORKER-04', 'a worker that retires is gone at once', async (t) => {
    await t.store.announce(worker({ workerId: 'a' }))
    await t.store.announce(worker({ workerId: 'b' }))
    await t.store.retire({ namespace: 'main', workerId: 'a' })
    await t.store.retire({ namespace: 'main', workerId: 'a' })
    expect(await seen(t)).toMatchObject([{ workerId: 'b' }])
  }),

  requirement('WORKER-05', 'workers of another namespace are not seen', async (t) => {
    await t.store.announce(worker({ namespace: 'north' }))
    expect(await seen(t)).toEqual([])
    await t.store.retire({ namespace: 'main', workerId: 'worker-1' })
    expect(await t.store.workers({ namespace: 'north', seenSince: 0 })).toHaveLength(1)
  }),

  requirement('WORKER-06', 'a worker that announces itself writes its row, and nothing else', async (t) => {
    const run = await t.apply(await t.hold(), { turn: block({ build: 'build-1' }) })
    t.clock.advance(1_000)
    const before = await t.rows()
    await t.store.announce(worker({ pairs: [pair({ build: 'build-2' })] }))
    const after = await t.rows()
    expect(await t.row(run)).toEqual(run)
    expect({ ...after, workers: [] }).toEqual({ ...before, workers: [] })
    expect(after.workers).toHaveLength(1)
  }),

  requirement('WORKER-07', 'a namespace and a worker id are two things, however they are cut', async (t) => {
    for (const forged of forgedPairs) {
      const both = forged.map(({ outer, inner }) => worker({ namespace: outer, workerId: inner }))
      for (const each of both) await t.store.announce(each)
      for (const { namespace, workerId } of both) {
        const found = await t.store.workers({ namespace, seenSince: 0 })
        expect(found.map((each) => each.workerId)).toContain(workerId)
      }
      for (const { namespace, workerId } of both) {
        const before = (await t.rows()).workers.length
        await t.store.retire({ namespace, workerId })
        expect((await t.rows()).workers).toHaveLength(before - 1)
      }
    }
  }),

  requirement(
    'WORKER-11',
    'a worker that announces itself removes rows of its namespace that are silent for a day',
    async (t) => {
      await t.store.announce(worker({ workerId: 'killed' }))
      await t.store.announce(worker({ namespace: 'north' }))
      t.clock.advance(86_400_000)
      await t.store.announce(worker({ workerId: 'living' }))
      expect(await seen(t)).toHaveLength(2)
      t.clock.advance(1)
      await t.store.announce(worker({ workerId: 'living' }))
      expect(await seen(t)).toMatchObject([{ workerId: 'living' }])
      expect(await t.store.workers({ namespace: 'north', seenSince: 0 })).toHaveLength(1)
    },
  ),
]

function worker(overrides: Partial<WorkerRecord> = {}): Omit<WorkerRecord, 'seenAt'> {
  return { namespace: 'main', workerId: 'worker-1', queues: ['default'], pairs: [pair()], ...overrides }
}

async function seen(t: StoreTrial, seenSince = 0): Promise<readonly WorkerRecord[]> {
  return t.store.workers({ namespace: 'main', seenSince })
}
