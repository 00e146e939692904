import type { Duration } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts } from '../scenes.js'

export const sleepRequirements: readonly ContextRequirement[] = [
  requirement('SLEEP-01', 'a sleep suspends the execution and ends at its time, not before', async (t) => {
    const run = await t.launch((ctx) => ctx.sleep('nap', '10m'))
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance({ minutes: 9, seconds: 59 })
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1s')
    expect(await run.result()).toBeUndefined()
  }),

  requirement('SLEEP-02', 'two sleeps in a row both sleep', async (t) => {
    const startedAt = t.driver.now()
    const run = await t.launch(async (ctx) => {
      await ctx.sleep('nap', '1m')
      await ctx.sleep('nap', '2m')
      return ctx.now().getTime()
    })
    await t.advance('1m')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('119s')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1s')
    expect((await run.result()) - startedAt).toBe(180_000)
  }),

  requirement('SLEEP-03', 'sleeps side by side end each at its own time', async (t) => {
    const run = await t.launch(async (ctx) => {
      const order: string[] = []
      const nap = (name: string, duration: Duration): Promise<number> =>
        ctx.sleep(name, duration).then(() => order.push(name))
      await Promise.all([nap('long', '3m'), nap('short', '1m'), nap('middle', '2m')])
      return order
    })
    await t.advance('3m')
    expect(await run.result()).toEqual(['short', 'middle', 'long'])
  }),

  requirement(
    'SLEEP-04',
    'sleeps that ended while nobody was there end in the order of their times',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const order: unknown[] = []
        const nap = (name: string, duration: Duration): Promise<unknown> =>
          ctx.sleep(name, duration).then(() => order.push([name, ctx.elapsed()]))
        await Promise.all([nap('long', '3m'), nap('short', '1m'), nap('middle', '2m')])
        return order
      })
      t.driver.crash()
      await t.advance('15m')
      await t.recover()
      expect(await run.result()).toEqual([
        ['short', 60_000],
        ['middle', 120_000],
        ['long', 180_000],
      ])
    },
  ),

  requirement('SLEEP-05', 'a crash does not start a sleep again', async (t) => {
    const run = await t.launch((ctx) => ctx.sleep('nap', '10m'))
    await t.advance('5m')
    await t.restart()
    await t.advance('5m')
    await run.result()
  }),

  requirement(
    'SLEEP-06',
    'a sleep that ended while nobody was there ends once somebody is, and once',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.sleep('nap', '10m')
        await ctx.step('after', () => runs.add('after'))
      })
      t.driver.crash()
      await t.advance('15m')
      expect(runs.of('after')).toBe(0)
      await t.recover()
      await run.result()
      expect(runs.of('after')).toBe(1)
      expect(await run.ended()).toEqual(['nap SUCCEEDED', 'after SUCCEEDED'])
    },
  ),

  requirement('SLEEP-07', 'sleepUntil ends at an instant, given as a date or a number', async (t) => {
    const at = t.driver.now() + 600_000
    const run = await t.launch(async (ctx) => {
      await ctx.sleepUntil('a date', new Date(at - 1_000))
      await ctx.sleepUntil('a number', at)
      return ctx.now().getTime()
    })
    await t.advance('10m')
    expect(await run.result()).toBe(at)
  }),

  requirement(
    'SLEEP-12',
    'a sleep that nobody awaits does not hold up the end, and is CANCELLED with it',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        void ctx.sleep('forgotten', '1h')
        return await ctx.step('a', () => 'done')
      })
      expect(await run.result()).toBe('done')
      expect(await run.ended()).toEqual(['a SUCCEEDED', 'forgotten CANCELLED'])
    },
  ),

  requirement(
    'SLEEP-13',
    'user code sees nothing of a suspension: neither catch nor finally runs',
    async (t) => {
      const seen: string[] = []
      const run = await t.launch(async (ctx) => {
        try {
          await ctx.sleep('nap', '1m')
          seen.push('after')
        } catch {
          seen.push('catch')
        } finally {
          seen.push('finally')
        }
      })
      await t.settle()
      expect(seen).toEqual([])
      await t.advance('1m')
      await run.result()
      expect(seen).toEqual(['after', 'finally'])
    },
  ),

  requirement('SLEEP-14', 'a step that runs while a sleep ends is not disturbed by it', async (t) => {
    const runs = new Counts()
    let finish: (() => void) | undefined
    const run = await t.launch(async (ctx) => {
      const step = ctx.step('step', () => {
        runs.add('step')
        return new Promise<void>((resolve) => {
          finish = resolve
        })
      })
      const order: string[] = []
      await Promise.all([
        step.then(() => order.push('step')),
        ctx.sleep('nap', '1m').then(() => order.push('nap')),
      ])
      return order
    })
    await t.advance('2m')
    finish?.()
    expect(await run.result()).toEqual(['nap', 'step'])
    expect(runs.of('step')).toBe(1)
  }),
]
