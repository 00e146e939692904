import { retry } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate } from '../scenes.js'

export const attemptTimeoutRequirements: readonly ContextRequirement[] = [
  requirement(
    'TIMEOUT-01',
    'an attempt that takes too long fails, although its body pays no heed',
    async (t) => {
      const run = await t.launch((ctx) => ctx.step('a', () => gate().promise, { attemptTimeout: '1m' }))
      await t.advance('59s')
      expect(await run.status()).toBe('RUNNING')
      await t.advance('1s')
      expect(await run.failure()).toMatchObject({
        cause: {
          code: 'STEP_FAILED',
          details: { attempts: 1 },
          cause: {
            name: 'StepTimeoutError',
            code: 'STEP_TIMEOUT',
            details: { attemptTimeoutMs: 60_000, name: 'a' },
          },
        },
      })
    },
  ),

  requirement(
    'TIMEOUT-02',
    'the signal of the attempt aborts, with the error that is recorded',
    async (t) => {
      const reasons: unknown[] = []
      const run = await t.launch((ctx) =>
        ctx.step(
          'a',
          ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                reasons.push(signal.reason)
                reject(new Error('the body rejects when it is told to stop'))
              })
            }),
          { attemptTimeout: '1m' },
        ),
      )
      await t.advance('1m')
      expect(reasons).toMatchObject([{ code: 'STEP_TIMEOUT' }])
      expect(await run.failure()).toMatchObject({ cause: { cause: { code: 'STEP_TIMEOUT' } } })
    },
  ),

  requirement('TIMEOUT-03', 'a timeout is a failure like any other: the next attempt is made', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) =>
      ctx.step('a', () => (runs.add('a') < 3 ? gate<string>().promise : 'third'), {
        attemptTimeout: '1m',
        retry: retry.fixed({ maxAttempts: 3, interval: '1m' }),
      }),
    )
    await t.advance('10m')
    expect(await run.result()).toBe('third')
    expect(runs.of('a')).toBe(3)
  }),

  requirement('TIMEOUT-04', 'what a body returns after its time is dropped', async (t) => {
    const late = gate<string>()
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const result = await ctx.step('a', () => (runs.add('a') === 1 ? late.promise : 'in time'), {
        attemptTimeout: '1m',
        retry: retry.fixed({ maxAttempts: 2, interval: '1m' }),
      })
      await ctx.sleep('nap', '1m')
      return result
    })
    await t.advance('1m')
    late.open('too late')
    await t.settle()
    expect(await run.ended()).toEqual([])
    await t.advance('2m')
    expect(await run.result()).toBe('in time')
  }),

  requirement('TIMEOUT-05', 'an attempt that is in time is not disturbed afterwards', async (t) => {
    const signals: AbortSignal[] = []
    const run = await t.launch(async (ctx) => {
      await ctx.step('a', ({ signal }) => void signals.push(signal), { attemptTimeout: '1m' })
      await ctx.sleep('nap', '10m')
      return 'done'
    })
    await t.advance('2m')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    await t.advance('8m')
    expect(await run.result()).toBe('done')
    expect(await run.ended()).toEqual(['a SUCCEEDED', 'nap SUCCEEDED'])
  }),

  requirement(
    'TIMEOUT-06',
    'a step may take longer than any lease: it is held meanwhile and runs once',
    async (t) => {
      const slow = gate<string>()
      const runs = new Counts()
      const run = await t.launch((ctx) =>
        ctx.step('a', () => {
          runs.add('a')
          return slow.promise
        }),
      )
      await t.advance('10m')
      slow.open('at last')
      expect(await run.result()).toBe('at last')
      expect(runs.of('a')).toBe(1)
    },
  ),
]
