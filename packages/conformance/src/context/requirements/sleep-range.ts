import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { rejection } from '../scenes.js'

export const sleepRangeRequirements: readonly ContextRequirement[] = [
  requirement(
    'SLEEP-08',
    'sleepUntil an instant that has passed returns at once, and is recorded',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        await ctx.sleepUntil('past', new Date(0))
        await ctx.sleep('nap', '1m')
      })
      expect(await run.ended()).toEqual(['past SUCCEEDED'])
      await t.restart()
      await t.advance('1m')
      await run.result()
      expect(await run.ended()).toEqual(['past SUCCEEDED', 'nap SUCCEEDED'])
    },
  ),

  requirement('SLEEP-09', 'a sleep of no time returns at once, and is recorded', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.sleep('nothing', 0)
      return 'at once'
    })
    expect(await run.result()).toBe('at once')
    expect(await run.ended()).toEqual(['nothing SUCCEEDED'])
  }),

  requirement(
    'SLEEP-10',
    'durations are texts, milliseconds or parts; `wait` is the same as `sleep`',
    async (t) => {
      const startedAt = t.driver.now()
      const run = await t.launch(async (ctx) => {
        await ctx.wait('text', '1.5m')
        await ctx.sleep('milliseconds', 90_000)
        await ctx.wait('parts', { minutes: 1, seconds: 30 })
        return ctx.now().getTime()
      })
      await t.advance('10m')
      expect((await run.result()) - startedAt).toBe(3 * 90_000)
    },
  ),

  requirement('SLEEP-11', 'a sleep may last 366 days and no longer', async (t) => {
    const run = await t.launch(async (ctx) => {
      const tooLong = await rejection(ctx.sleep('too long', { days: 366, milliseconds: 1 }))
      await ctx.sleep('long', '366d')
      return tooLong
    })
    t.driver.crash()
    await t.advance('365d')
    await t.recover()
    expect(await run.status()).toBe('SUSPENDED')
    t.driver.crash()
    await t.advance('1d')
    await t.recover()
    expect(await run.result()).toMatchObject({ code: 'VALIDATION' })
  }),

  requirement(
    'SLEEP-15',
    'an instant that was too far away stays so, although it comes nearer',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const farAway = ctx.startedAt.getTime() + 366 * 86_400_000 + 1
        const refused = await rejection(ctx.sleepUntil('far away', farAway))
        await ctx.sleep('nap', '1m')
        return refused
      })
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toMatchObject({ code: 'VALIDATION', details: { field: 'date' } })
    },
  ),
]
