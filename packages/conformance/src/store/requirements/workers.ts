import type { RunRecord, WorkerRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { forgedPairs, pair } from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block } from '../turns.js'

export const workersRequirements: readonly StoreRequirement[] = [
  requirement('WORKER-01', 'a worker that announces itself is seen with all it can run', async (t) => {
    const pairs = [pair(), pair({ workflow: 'refund', build: 'b' })]
    const announced = worker({ queues: ['a', 'b'], pairs })
    expect(await t.store.announce(announced)).toEqual({ now: t.clock.now(), unblocked: 0 })
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

  requirement('WORKER-06', 'another build of its code makes a blocked run due', async (t) => {
    const run = await blocked(t)
    t.clock.advance(1_000)
    const announced = worker({ pairs: [pair({ workflow: 'other' }), pair({ build: 'build-2' })] })
    expect(await t.store.announce(announced)).toMatchObject({ unblocked: 1 })
    expect(await t.row(run)).toMatchObject({ status: 'PENDING', blocked: null, dueAt: t.clock.now() })
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING' })
  }),

  requirement('WORKER-07', 'the build that a run is blocked under leaves it blocked', async (t) => {
    const run = await blocked(t)
    await t.store.announce(worker({ pairs: [pair({ build: 'build-1' })] }))
    expect(await t.row(run), 'the run after a worker of build-1, under which it is blocked').toEqual(run)
  }),

  requirement(
    'WORKER-08',
    'another version, workflow or namespace leaves a blocked run blocked',
    async (t) => {
      const run = await blocked(t)
      const build = 'build-2'
      await t.store.announce(
        worker({ pairs: [pair({ build, version: '2' }), pair({ build, workflow: 'refund' })] }),
      )
      await t.store.announce(worker({ namespace: 'north', pairs: [pair({ build })] }))
      expect(await t.row(run), 'the run after workers with code for other runs').toEqual(run)
    },
  ),

  requirement('WORKER-09', 'a run that is blocked for another reason stays blocked', async (t) => {
    for (const reason of ['MISSING_HANDLER', 'MISSING_VERSION', 'COMPENSATION_HANDLER'] as const) {
      const run = await blocked(t, reason)
      await t.store.announce(worker({ pairs: [pair({ build: 'build-2' })] }))
      expect(await t.row(run), `the run that is blocked as ${reason}`).toEqual(run)
    }
  }),

  requirement('WORKER-10', 'a namespace and a worker id are two things, however they are cut', async (t) => {
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
]

function worker(overrides: Partial<WorkerRecord> = {}): Omit<WorkerRecord, 'seenAt'> {
  return { namespace: 'main', workerId: 'worker-1', queues: ['default'], pairs: [pair()], ...overrides }
}

async function seen(t: StoreTrial, seenSince = 0): Promise<readonly WorkerRecord[]> {
  return t.store.workers({ namespace: 'main', seenSince })
}

async function blocked(
  t: StoreTrial,
  reason:
    | 'NON_DETERMINISTIC'
    | 'MISSING_HANDLER'
    | 'MISSING_VERSION'
    | 'COMPENSATION_HANDLER' = 'NON_DETERMINISTIC',
): Promise<RunRecord> {
  return t.apply(await t.hold(), { turn: block({ reason, build: 'build-1' }) })
}
