import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts } from '../scenes.js'

/** More than a page of any store. */
const many = 2_100

export const pagingRequirements: readonly ContextRequirement[] = [
  requirement('PAGING-01', 'a journal of many pages is replayed in full', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const steps = Array.from({ length: many }, (_, index) =>
        ctx.step(`s${index}`, () => runs.add('body') * 0 + index),
      )
      return (await Promise.all(steps)).reduce((sum, index) => sum + index, 0)
    })
    expect(first).toBe((many * (many - 1)) / 2)
    expect(replayed).toBe(first)
    expect(runs.of('body')).toBe(many)
  }),

  requirement('PAGING-02', 'an inbox of many pages is taken in order', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => {
      await ctx.sleep('nap', '1m')
      for (let expected = 0; expected < many; expected += 1) {
        const payload = await ctx.waitForEvent('go')
        if (payload !== expected) return `${String(payload)} came in the place of ${expected}`
      }
      return 'in order'
    })
    for (let payload = 0; payload < many; payload += 1) await t.driver.sendEvent('one', 'go', payload)
    await t.advance('1m')
    expect(await run.result()).toBe('in order')
  }),
]
