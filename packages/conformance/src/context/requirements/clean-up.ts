import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate, rejection } from '../scenes.js'

export const cleanUpRequirements: readonly ContextRequirement[] = [
  requirement('CANCELLATION-03', 'operations called afterwards run, to clean up', async (t) => {
    const run = await t.launch(async (ctx) => {
      try {
        await ctx.sleep('nap', '1h')
      } finally {
        await ctx.step('clean up', () => {})
        await ctx.runInChildContext('more', async (more) => {
          await more.sleep('pause', '5s')
          await more.step('and more', () => {})
        })
      }
    })
    await run.cancel()
    await t.advance('5s')
    expect(await run.status()).toBe('CANCELLED')
    expect((await run.ended()).slice(-4)).toEqual([
      'clean up SUCCEEDED',
      'pause SUCCEEDED',
      'and more SUCCEEDED',
      'more SUCCEEDED',
    ])
  }),

  requirement(
    'CANCELLATION-07',
    'where nothing is open the next operation rejects, and those after it run',
    async (t) => {
      const outside = gate()
      const run = await t.launch(async (ctx) => {
        await ctx.step('before', () => {})
        await outside.promise
        const refused = await rejection(ctx.step('next', () => {}))
        await ctx.step('clean up', () => {})
        throw refused
      })
      await run.cancel()
      await t.advance('5s')
      outside.open()
      await t.settle()
      expect(await run.status()).toBe('CANCELLED')
      expect(await run.ended()).toEqual(['before SUCCEEDED', 'cancel CANCELLED', 'clean up SUCCEEDED'])
    },
  ),

  requirement('CANCELLATION-11', 'a crash in the middle of cleaning up goes on cleaning up', async (t) => {
    const runs = new Counts()
    const caught: unknown[] = []
    const run = await t.launch(async (ctx) => {
      await ctx.step('a', () => {})
      caught.push(await rejection(ctx.sleep('nap', '1h')))
      await ctx.step('first', () => runs.add('first'))
      await ctx.sleep('pause', '15s')
      await ctx.step('second', () => runs.add('second'))
    })
    await run.cancel('enough')
    await t.restart()
    await t.advance('15s')
    expect(await run.status()).toBe('CANCELLED')
    expect([runs.of('first'), runs.of('second')]).toEqual([1, 1])
    expect(new Set(caught.map((error) => (error as Error).message)).size).toBe(1)
  }),

  requirement('CANCELLATION-12', 'cleaning up for longer than cancelGrace is cut off', async (t) => {
    const run = await t.launch(
      async (ctx) => {
        await rejection(ctx.sleep('nap', '1h'))
        await ctx.sleep('for too long', '1h')
      },
      { workflow: { cancelGrace: '2m' } },
    )
    await run.cancel()
    await t.advance('119s')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1s')
    expect(await run.status()).toBe('CANCELLED')
  }),

  requirement('CANCELLATION-14', 'tryStep does not take a cancel for a failure of the step', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.step('before', () => {})
      const outcome = ctx.tryStep(
        'slow',
        ({ signal }) => new Promise<void>((end) => signal.addEventListener('abort', () => end())),
      )
      const error = await rejection(outcome)
      await ctx.step('saw it', () => (error as { code: string }).code)
    })
    await run.cancel()
    await t.advance('5s')
    expect(await run.status()).toBe('CANCELLED')
    expect(await run.ended()).toContain('saw it SUCCEEDED')
  }),
]
