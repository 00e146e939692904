import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, gate } from '../scenes.js'

export const outsideRequirements: readonly ContextRequirement[] = [
  requirement('ORDER-20', 'code may wait between two operations for what takes no time', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const a = await ctx.step('a', () => 1)
      for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
      return [a, await ctx.step('b', () => 2)]
    })
    expect([first, replayed]).toEqual([
      [1, 2],
      [1, 2],
    ])
  }),

  requirement(
    'ORDER-21',
    'what code does by itself while the run is let go of starts when it is held again, soon or in time',
    async (t) => {
      const outside = gate()
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        const byItself = outside.promise.then(() => ctx.step('a', () => runs.add('a')))
        const event = await ctx.waitForEvent('go')
        return [event, await byItself]
      })
      expect(await run.status()).toBe('SUSPENDED')
      outside.open()
      await t.settle()
      // Where the live function was kept, its run may have been taken back. Nothing runs without being recorded.
      expect(runs.of('a')).toBe((await run.ended()).filter((each) => each === 'a SUCCEEDED').length)
      expect(await run.status()).toBe('SUSPENDED')
      await run.send('go', 'came')
      expect(await run.result()).toEqual(['came', 1])
      expect(runs.of('a')).toBe(1)
    },
  ),
]
