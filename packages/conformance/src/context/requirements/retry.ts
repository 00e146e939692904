import { type RetryPolicy, retry } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts } from '../scenes.js'

export const retryRequirements: readonly ContextRequirement[] = [
  requirement('RETRY-03', 'a later attempt that succeeds gives the result, once and for all', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const result = await ctx.step('a', failing(runs, 2), every('1m', 5))
      await ctx.sleep('nap', '1m')
      return result
    })
    await t.advance('2m')
    await t.restart()
    await t.advance('1m')
    expect(await run.result()).toBe('attempt 3')
    expect(runs.of('a')).toBe(3)
  }),

  requirement('RETRY-07', 'the body learns which attempt it is; the key stays', async (t) => {
    const keys = new Set<string>()
    const attempts: number[] = []
    const run = await t.launch((ctx) =>
      ctx.step(
        'a',
        ({ attempt, idempotencyKey }) => {
          attempts.push(attempt)
          keys.add(idempotencyKey)
          if (attempt < 3) throw new Error('again')
        },
        every('1m', 3),
      ),
    )
    await t.advance('2m')
    await t.restart()
    await run.result()
    expect(attempts).toEqual([1, 2, 3])
    expect(keys.size).toBe(1)
  }),

  requirement('RETRY-08', 'attempt and time of the next try survive a crash', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) =>
      ctx.step('a', failing(runs, Number.POSITIVE_INFINITY), every('10m', 3)),
    )
    await t.advance('10m')
    expect(runs.of('a')).toBe(2)
    await t.restart()
    await t.advance('9m')
    expect(runs.of('a')).toBe(2)
    await t.advance('1m')
    expect(await run.failure()).toMatchObject({ cause: { details: { attempts: 3 } } })
    expect(runs.of('a')).toBe(3)
  }),

  requirement(
    'RETRY-09',
    'a try that fell due while nobody was there is made when somebody is',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch((ctx) => ctx.step('a', failing(runs, 1), every('1m', 3)))
      t.driver.crash()
      await t.advance('10m')
      expect(runs.of('a')).toBe(1)
      await t.recover()
      expect(await run.result()).toBe('attempt 2')
    },
  ),

  requirement('RETRY-10', 'an execution whose step waits for its next try is suspended', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) => ctx.step('a', failing(runs, 1), every('1m', 2)))
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1m')
    expect(await run.status()).toBe('COMPLETED')
  }),

  requirement('RETRY-11', 'what runs beside goes on while a step waits for its next try', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const order: string[] = []
      const slow = ctx.step('slow', failing(runs, 1), every('10m', 2)).then(() => order.push('slow'))
      await ctx.sleep('nap', '1m')
      order.push(await ctx.step('quick', () => 'quick'))
      await slow
      return order
    })
    await t.advance('1m')
    expect(await run.ended()).toContain('quick SUCCEEDED')
    await t.advance('9m')
    expect(await run.result()).toEqual(['quick', 'slow'])
  }),

  requirement('RETRY-15', 'a delay in the process is recorded all the same', async (t) => {
    const runs = new Counts()
    const policy: RetryPolicy = { ...every('1m', 3).retry, mode: 'inProcess' }
    const run = await t.launch((ctx) => ctx.step('a', failing(runs, 2), { retry: policy }))
    expect(await run.status()).toBe('RUNNING')
    await t.advance('1m')
    expect(runs.of('a')).toBe(2)
    await t.restart()
    expect(runs.of('a')).toBe(2)
    await t.advance('1m')
    expect(await run.result()).toBe('attempt 3')
  }),
]

/** A body that fails so many times, and then says which attempt it is. */
function failing(runs: Counts, times: number): () => string {
  return () => {
    const count = runs.add('a')
    if (count <= times) throw new Error(`failure ${count}`)
    return `attempt ${count}`
  }
}

function every(interval: '1m' | '10m', maxAttempts: number): { readonly retry: RetryPolicy } {
  return { retry: retry.fixed({ maxAttempts, interval }) }
}
