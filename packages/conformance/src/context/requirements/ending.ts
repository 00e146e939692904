import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate, rejection } from '../scenes.js'

export const endingRequirements: readonly ContextRequirement[] = [
  requirement('END-01', 'what the handler returns is the result', async (t) => {
    const run = await t.launch(async (_ctx, input: number) => ({ twice: input * 2 }), { input: 21 })
    expect(await run.status()).toBe('COMPLETED')
    expect(await run.result()).toEqual({ twice: 42 })
  }),

  requirement('END-02', 'what it throws is the cause of an ExecutionFailedError', async (t) => {
    const run = await t.launch(async () => {
      throw Object.assign(new TypeError('no good', { cause: new Error('deeper') }), { cents: 5 })
    })
    expect(await run.status()).toBe('FAILED')
    const error = await run.failure()
    expect(error).toMatchObject({
      code: 'EXECUTION_FAILED',
      details: { executionId: 'one' },
      cause: { name: 'TypeError', message: 'no good', cents: 5, cause: { message: 'deeper' } },
    })
    expect(error.message).toContain('no good')
  }),

  requirement('END-03', 'a handler that ends before its first operation has ended', async (t) => {
    const run = await t.launch(async () => undefined)
    expect(await run.result()).toBeUndefined()
    expect(await run.started()).toEqual([])
  }),

  requirement(
    'END-04',
    'a body that runs when the handler ends is told to stop, awaited, and recorded',
    async (t) => {
      const body = gate()
      const reasons: unknown[] = []
      const run = await t.launch(async (ctx) => {
        void ctx.step('slow', ({ signal }) => {
          signal.addEventListener('abort', () => reasons.push(signal.reason))
          return body.promise
        })
        return await ctx.step('quick', () => 'done')
      })
      await t.advance('5s')
      expect(await run.status()).toBe('RUNNING')
      expect(reasons).toHaveLength(1)
      body.open()
      expect(await run.result()).toBe('done')
      expect(await run.ended()).toEqual(['quick SUCCEEDED', 'slow SUCCEEDED'])
    },
  ),

  requirement('END-05', 'a body that never comes back does not hold up the end forever', async (t) => {
    const run = await t.launch(async (ctx) => {
      void ctx.step('stuck', () => gate().promise)
      return await ctx.step('quick', () => 'done')
    })
    await t.advance('5m')
    expect(await run.result()).toBe('done')
  }),

  requirement('END-06', 'an operation that is called after the end starts nothing', async (t) => {
    const later = gate()
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      void later.promise.then(() => ctx.step('too late', () => runs.add('too late')))
      return 'done'
    })
    expect(await run.result()).toBe('done')
    later.open()
    await t.settle()
    expect(runs.of('too late')).toBe(0)
    expect(await run.started()).toEqual([])
  }),

  requirement('END-07', 'a retry that is due after the end is not made', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const body = (): never => {
        throw new Error(`failure ${runs.add('a')}`)
      }
      void ctx.step('a', body, { retry: { maxAttempts: 5, initialInterval: '1m', jitter: 'none' } })
      await ctx.sleep('nap', '5s')
      return 'done'
    })
    await t.advance('2m')
    expect(await run.result()).toBe('done')
    expect(runs.of('a')).toBe(1)
    expect(await run.ended()).toContain('a CANCELLED')
  }),

  requirement('END-08', 'ctx.signal aborts when the workflow has ended', async (t) => {
    let signal: AbortSignal | undefined
    const run = await t.launch(async (ctx) => {
      signal = ctx.signal
      await ctx.step('a', () => {})
    })
    await run.result()
    expect(signal?.aborted).toBe(true)
  }),

  requirement('END-09', 'an execution that takes longer than its timeout ends TIMED_OUT', async (t) => {
    const runs = new Counts()
    const run = await t.launch(
      async (ctx) => {
        await ctx.sleep('nap', '4m')
        await ctx.step('after', () => runs.add('after'))
      },
      { timeout: '2m' },
    )
    await t.advance('119s')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1s')
    expect(await run.status()).toBe('TIMED_OUT')
    expect(await run.failure()).toMatchObject({
      code: 'EXECUTION_TIMED_OUT',
      details: { executionId: 'one' },
    })
    await t.advance('5m')
    expect(runs.of('after')).toBe(0)
  }),

  requirement(
    'END-10',
    'its timeout ends it whatever its code is doing, and while nobody is there',
    async (t) => {
      const workflow = await t.deploy(async (ctx, kind: string) => {
        await ctx.step('before', () => {})
        await (kind === 'body' ? ctx.step('stuck', () => gate().promise) : gate().promise)
      })
      const options = { timeout: '2m' } as const
      const body = await t.start(workflow, { executionId: 'body', input: 'body', ...options })
      const outside = await t.start(workflow, { executionId: 'outside', input: 'outside', ...options })
      await t.advance('2m')
      expect([await body.status(), await outside.status()]).toEqual(['TIMED_OUT', 'TIMED_OUT'])
      const absent = await t.start(workflow, { executionId: 'absent', input: 'body', ...options })
      t.driver.crash()
      await t.advance('3m')
      await t.recover()
      expect(await absent.status()).toBe('TIMED_OUT')
    },
  ),

  requirement('END-11', 'an execution that ends in time is not bothered by its timeout', async (t) => {
    const run = await t.launch((ctx) => ctx.step('a', () => 'in time'), { timeout: '2m' })
    await t.advance('5m')
    expect(await run.result()).toBe('in time')
  }),

  requirement(
    'END-12',
    'a timeout counts from the start, also before anybody has begun to work on it',
    async (t) => {
      const runs = new Counts()
      const workflow = await t.deploy((ctx) => ctx.step('a', () => runs.add('a')))
      t.driver.crash()
      const run = await t.start(workflow, { timeout: '2m' })
      await t.advance('3m')
      await t.recover()
      expect(await run.status()).toBe('TIMED_OUT')
      expect(runs.of('a')).toBe(0)
    },
  ),

  requirement('END-13', 'a terminal status stays, whatever comes later', async (t) => {
    const run = await t.launch((ctx) => ctx.step('a', () => 'done'))
    const before = await run.history()
    await t.restart()
    await t.advance('5m')
    expect(await run.result()).toBe('done')
    expect(await run.history()).toEqual(before)
  }),

  requirement(
    'END-14',
    'a promise of the context that is used after the end of its run harms nobody',
    async (t) => {
      let left: Promise<unknown> | undefined
      const run = await t.launch(async (ctx) => {
        left = ctx.sleep('nap', '1m').then(() => ctx.step('never', () => {}))
        return 'done'
      })
      expect(await run.result()).toBe('done')
      expect(await rejection(left ?? Promise.resolve())).toMatchObject({ code: 'CANCELLED' })
      await t.advance('2m')
      expect(await run.ended()).toEqual(['nap CANCELLED'])
    },
  ),
]
