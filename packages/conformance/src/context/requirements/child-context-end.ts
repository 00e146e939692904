import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate } from '../scenes.js'

export const childContextEndRequirements: readonly ContextRequirement[] = [
  requirement(
    'CONTEXT-08',
    'a step that still runs when its context ends is awaited, and its outcome recorded',
    async (t) => {
      const slow = gate<string>()
      const run = await t.launch(async (ctx) => {
        const result = await ctx.runInChildContext('x', async (x) => {
          void x.step('slow', () => slow.promise)
          return await x.step('quick', () => 'quick')
        })
        await ctx.sleep('nap', '1m')
        return result
      })
      expect(await run.ended()).toEqual(['quick SUCCEEDED'])
      slow.open('slow')
      await t.settle()
      expect(await run.ended()).toEqual(['quick SUCCEEDED', 'slow SUCCEEDED', 'x SUCCEEDED'])
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toBe('quick')
    },
  ),

  requirement('CONTEXT-09', 'waits that are open when their context ends are CANCELLED', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.runInChildContext('x', async (x) => {
        void x.sleep('nap', '1h')
        void x.waitForEvent('go')
        await x.step('a', () => {})
      })
      return await ctx.waitForEvent('go')
    })
    expect(await run.ended()).toEqual(['a SUCCEEDED', 'nap CANCELLED', 'go CANCELLED', 'x SUCCEEDED'])
    await run.send('go', 'for the second wait')
    expect(await run.result()).toBe('for the second wait')
  }),

  requirement('CONTEXT-10', 'an operation of a context that has ended starts nothing', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const inner = await new Promise<typeof ctx>((resolve) => {
        void ctx.runInChildContext('x', async (x) => resolve(x))
      })
      await ctx.step('a', () => {})
      void inner.step('too late', () => runs.add('too late'))
      return await ctx.step('b', () => 'done')
    })
    expect(await run.result()).toBe('done')
    expect(runs.of('too late')).toBe(0)
    expect(await run.started()).not.toContain('too late')
  }),

  requirement(
    'CONTEXT-12',
    'a child context that is open when the one around it ends is CANCELLED',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.runInChildContext('outer', async (outer) => {
          void outer.runInChildContext('inner', async (inner) => {
            await inner.sleep('nap', '1h')
            await inner.step('never', () => runs.add('never'))
          })
          await outer.step('a', () => {})
        })
        void ctx.runInChildContext('left', (left) => left.sleep('nap', '1h'))
        return await ctx.step('b', () => 'done')
      })
      expect(await run.result()).toBe('done')
      const ended = await run.ended()
      expect(ended.filter((each) => each.startsWith('nap'))).toEqual(['nap CANCELLED', 'nap CANCELLED'])
      expect(ended).toEqual(expect.arrayContaining(['inner CANCELLED', 'left CANCELLED', 'outer SUCCEEDED']))
      expect(runs.of('never')).toBe(0)
    },
  ),
]
