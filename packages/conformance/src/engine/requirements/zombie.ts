import type { ClaimAnswer, CommitRequest } from '@perdure/core'
import { expect } from 'vitest'
import { Counts, gate } from '../../context/scenes.js'
import type { StoreInterceptor } from '../../faults/intercept-store.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, leaseMs, workflow } from '../engine-trial.js'

export const zombieRequirements: readonly EngineRequirement[] = [
  requirement(
    'ZOMBIE-01',
    'a worker that cannot renew stops itself before its lease has run out',
    async (t) => {
      const startedAt = t.clock.now()
      const stoppedAt: number[] = []
      const reasons: unknown[] = []
      const stuck = workflow((ctx) =>
        ctx.step('a', ({ signal }) => {
          signal.addEventListener('abort', () => {
            stoppedAt.push(t.clock.now() - startedAt)
            reasons.push(signal.reason)
          })
          return gate().promise
        }),
      )
      const { engine } = await t.process({ workflows: [stuck], intercept: withoutRenewals })
      await engine.start(stuck, { id: 'one' })
      await t.advance(leaseMs)
      expect(stoppedAt).toHaveLength(1)
      expect(stoppedAt[0]).toBeLessThan(leaseMs)
      expect(reasons).toMatchObject([{ code: 'LEASE_LOST' }])
    },
  ),

  requirement(
    'ZOMBIE-02',
    'what a worker does after its lease was lost is dropped: the next one decides',
    async (t) => {
      const late = gate<string>()
      const runs = new Counts()
      const steps = workflow(async (ctx) => {
        const a = await ctx.step('a', () => (runs.add('a') === 1 ? late.promise : 'from the next'))
        return [a, await ctx.step('b', () => runs.add('b'))]
      })
      const first = await t.process({ workflows: [steps], intercept: withoutRenewals })
      const run = await first.engine.start(steps, { id: 'one' })
      await t.settle()
      await t.process({ workflows: [steps] })
      await t.advance(2 * leaseMs)
      late.open('too late')
      await t.advance(2 * leaseMs)
      expect(await run.result()).toEqual(['from the next', 1])
      expect([runs.of('a'), runs.of('b')]).toEqual([2, 1])
    },
  ),

  requirement('ZOMBIE-03', 'a write that arrives after another worker took over is refused', async (t) => {
    const runs = new Counts()
    const steps = workflow(async (ctx) => {
      const a = await ctx.step('a', () => `run ${runs.add('a')}`)
      return [a, await ctx.step('b', () => `run ${runs.add('b')}`)]
    })
    const frozen: CommitRequest[] = []
    const first = await t.process({
      workflows: [steps],
      intercept: (call, apply) => {
        if (call.verb !== 'commit' || call.request.entries.length === 0) return apply()
        frozen.push(call.request)
        return Promise.reject(new Error('Injected: it is still on its way'))
      },
    })
    await first.engine.start(steps, { id: 'one' })
    await t.settle()
    first.kill()
    const second = await t.process({ workflows: [steps] })
    await t.advance(2 * leaseMs)
    const run = await second.engine.get('one')
    const history = await second.engine.history('one')
    expect(await run.result()).toEqual(['run 2', 'run 1'])
    expect(frozen.length).toBeGreaterThan(0)
    for (const request of frozen) {
      const { answers } = await t.store.commit({ entries: request.entries })
      expect(answers).toMatchObject([{ kind: 'fenced' }])
    }
    expect(await second.engine.history('one')).toEqual(history)
  }),

  requirement(
    'ZOMBIE-04',
    'a wall clock that jumps neither loses a lease nor fires a timer early',
    async (t) => {
      const runs = new Counts()
      const slow = gate<string>()
      const steps = workflow(async (ctx) => {
        const a = await ctx.step('a', () => {
          runs.add('a')
          return slow.promise
        })
        return a
      })
      const { engine } = await t.process({ workflows: [steps] })
      const run = await engine.start(steps, { id: 'one' })
      await t.advance('2s')
      t.clock.jumpWall(-3_600_000)
      await t.advance('10s')
      slow.open('once')
      await t.advance('1s')
      expect(await run.result()).toBe('once')
      expect(runs.of('a')).toBe(1)
    },
  ),

  requirement(
    'ZOMBIE-05',
    'a claim whose answer was lost is asked for again: no lease has to run out',
    async (t) => {
      const quick = workflow(async () => 'done')
      let isLost = false
      const { engine } = await t.process({
        workflows: [quick],
        worker: { lease: '1h' },
        intercept: async (call, apply) => {
          const answer = await apply()
          const hasRuns = call.verb === 'claim' && (answer as ClaimAnswer).claimed.length > 0
          if (!hasRuns || isLost) return answer
          isLost = true
          throw new Error('Injected: the answer is lost')
        },
      })
      const run = await engine.start(quick, { id: 'one' })
      await t.advance('5s')
      expect(isLost).toBe(true)
      expect(await run.result()).toBe('done')
    },
  ),
]

/** A process whose renewals do not get through. */
const withoutRenewals: StoreInterceptor = (call, apply) =>
  call.verb === 'renew' ? Promise.reject(new Error('Injected: no renewal')) : apply()
