import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, rejection } from '../scenes.js'

export const childContextRequirements: readonly ContextRequirement[] = [
  requirement('CONTEXT-01', 'names inside of a child context collide with none outside', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => [
      await ctx.step('a', () => 'outside'),
      await ctx.runInChildContext('x', (x) => x.step('a', () => 'in x')),
      await ctx.runInChildContext('y', (y) => y.step('a', () => 'in y')),
      await ctx.runInChildContext('x', (x) => x.step('a', () => 'in the second x')),
    ])
    expect(first).toEqual(['outside', 'in x', 'in y', 'in the second x'])
    expect(replayed).toEqual(first)
  }),

  requirement(
    'CONTEXT-02',
    'a child context that is done answers from the journal: its function does not run',
    async (t) => {
      const runs = new Counts()
      const { first, replayed } = await bothPasses(t, (ctx) =>
        ctx.runInChildContext('x', async (x) => {
          runs.add('function')
          return await x.step('a', () => runs.add('step'))
        }),
      )
      expect([first, replayed]).toEqual([1, 1])
      expect([runs.of('function'), runs.of('step')]).toEqual([1, 1])
    },
  ),

  requirement(
    'CONTEXT-03',
    'one that waits is run again from its top, and what is done in it answers',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch((ctx) =>
        ctx.runInChildContext('x', async (x) => {
          const before = await x.step('before', () => runs.add('before'))
          await x.sleep('nap', '1m')
          return [before, await x.step('after', () => runs.add('after'))]
        }),
      )
      expect(await run.status()).toBe('SUSPENDED')
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toEqual([1, 1])
    },
  ),

  requirement(
    'CONTEXT-04',
    'one that fails rejects with a ChildContextError whose cause is what was thrown',
    async (t) => {
      const runs = new Counts()
      const { first, replayed } = await bothPasses(t, (ctx) =>
        rejection(
          ctx.runInChildContext('x', async () => {
            runs.add('function')
            throw Object.assign(new TypeError('no good'), { reason: 7 })
          }),
        ),
      )
      for (const error of [first, replayed]) {
        expect(error).toMatchObject({
          code: 'CHILD_CONTEXT_FAILED',
          details: { name: 'x', executionId: 'one' },
          cause: { name: 'TypeError', message: 'no good', reason: 7 },
        })
      }
      expect(runs.of('function')).toBe(1)
    },
  ),

  requirement(
    'CONTEXT-05',
    'the failure of a step passes through with its own error as the cause',
    async (t) => {
      const { first, replayed } = await bothPasses(t, (ctx) =>
        rejection(
          ctx.runInChildContext('x', (x) => x.step('a', () => Promise.reject(new RangeError('deep')))),
        ),
      )
      for (const error of [first, replayed]) {
        expect(error).toMatchObject({
          code: 'CHILD_CONTEXT_FAILED',
          cause: {
            code: 'STEP_FAILED',
            details: { name: 'a' },
            cause: { name: 'RangeError', message: 'deep' },
          },
        })
      }
    },
  ),

  requirement(
    'CONTEXT-06',
    'child contexts nest: one that waits three deep goes on three deep',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch((ctx) =>
        ctx.runInChildContext('1', async (one) => {
          const a = await one.step('a', () => runs.add('a'))
          return await one.runInChildContext('2', (two) =>
            two.runInChildContext('3', async (three) => {
              const b = await three.step('a', () => runs.add('b') + 10)
              await three.sleep('nap', '1m')
              return [a, b, await three.step('a', () => runs.add('c') + 20)]
            }),
          )
        }),
      )
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toEqual([1, 11, 21])
      expect([runs.of('a'), runs.of('b'), runs.of('c')]).toEqual([1, 1, 1])
    },
  ),

  requirement('CONTEXT-07', 'child contexts run side by side, and each waits for itself', async (t) => {
    const run = await t.launch(async (ctx) => {
      const order: string[] = []
      const part = async (name: string, minutes: number): Promise<number> => {
        const result = ctx.runInChildContext(name, async (inner) => {
          await inner.sleep('nap', { minutes })
          return await inner.step('a', () => name)
        })
        order.push(await result)
        return minutes
      }
      return [await Promise.all([part('x', 2), part('y', 1)]), order]
    })
    await t.advance('1m')
    await t.restart()
    await t.advance('1m')
    expect(await run.result()).toEqual([
      [2, 1],
      ['y', 'x'],
    ])
  }),
]
