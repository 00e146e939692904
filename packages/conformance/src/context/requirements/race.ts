import type { StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, gate, gatesFor, openInTurn, rejection } from '../scenes.js'

export const raceRequirements: readonly ContextRequirement[] = [
  requirement('ORDER-01', 'a native Promise.race of steps has the same winner on replay', async (t) => {
    const gates = gatesFor('a', 'b', 'c')
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const steps = ['a', 'b', 'c'].map((name) => ctx.step(name, () => gates[name]?.promise))
        const winner = await Promise.race(steps)
        await Promise.all(steps)
        return winner
      },
      () => openInTurn(t, gates, ['b', 'c', 'a']),
    )
    expect([first, replayed]).toEqual(['b', 'b'])
  }),

  requirement('ORDER-02', 'a native Promise.any and allSettled replay as they ran', async (t) => {
    const gates = gatesFor('good', 'better')
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const bad = ctx.step('bad', () => Promise.reject(new Error('bad')))
        const steps = [bad, ...['good', 'better'].map((name) => ctx.step(name, () => gates[name]?.promise))]
        const any = await Promise.any(steps)
        const all = await Promise.allSettled(steps)
        return [any, all.map((each) => (each.status === 'fulfilled' ? each.value : each.status))]
      },
      () => openInTurn(t, gates, ['better', 'good']),
    )
    expect(first).toEqual(['better', ['rejected', 'good', 'better']])
    expect(replayed).toEqual(first)
  }),

  requirement(
    'ORDER-03',
    'a native Promise.all rejects with the failure that came first, on replay too',
    async (t) => {
      const gates = gatesFor('a', 'b')
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const steps = ['a', 'b'].map((name) => ctx.step(name, () => gates[name]?.promise))
          const error = (await rejection(Promise.all(steps))) as StepError
          await Promise.allSettled(steps)
          return (error.cause as Error).message
        },
        async () => {
          for (const name of ['b', 'a']) {
            gates[name]?.fail(new Error(`${name} failed`))
            await t.settle()
          }
        },
      )
      expect([first, replayed]).toEqual(['b failed', 'b failed'])
    },
  ),

  requirement(
    'ORDER-04',
    'a timer that beat a step beats it on replay, when both have long ended',
    async (t) => {
      const slow = gate<string>()
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const step = ctx.step('step', () => slow.promise)
          const winner = await Promise.race([ctx.sleep('timer', '1m').then(() => 'timer'), step])
          await step
          return winner
        },
        async () => {
          await t.advance('1m')
          slow.open('step')
          await t.settle()
        },
      )
      expect([first, replayed]).toEqual(['timer', 'timer'])
    },
  ),

  requirement('ORDER-05', 'a timer that won keeps winning over an event that came later', async (t) => {
    const winners: string[] = []
    const run = await t.launch(async (ctx) => {
      const event = ctx.waitForEvent<string>('go')
      winners.push(await Promise.race([ctx.sleep('timer', '1m').then(() => 'timer'), event]))
      await ctx.sleep('nap', '1m')
      return event
    })
    await t.advance('1m')
    t.driver.crash()
    await t.driver.sendEvent('one', 'go', 'event')
    await t.recover()
    await t.advance('1m')
    expect(await run.result()).toBe('event')
    expect(new Set(winners)).toEqual(new Set(['timer']))
    expect(winners.length).toBeGreaterThan(1)
  }),

  requirement(
    'ORDER-11',
    'a race that was decided in a replayed part is not decided again by what is open',
    async (t) => {
      const winners: unknown[] = []
      const run = await t.launch(async (ctx) => {
        const open = ctx.sleep('open', '5m').then(() => 'open')
        winners.push(await Promise.race([open, ctx.step('quick', () => 'quick')]))
        await ctx.sleep('nap', '1m')
        await open
      })
      await t.restart()
      await t.advance('1m')
      await t.restart()
      await t.advance('5m')
      await run.result()
      expect(new Set(winners)).toEqual(new Set(['quick']))
    },
  ),
]
