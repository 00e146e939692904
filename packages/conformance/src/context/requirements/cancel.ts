import { retry } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate, rejection } from '../scenes.js'

export const cancelRequirements: readonly ContextRequirement[] = [
  requirement(
    'CANCELLATION-01',
    'every open wait rejects once with a CancelledError that gives the reason',
    async (t) => {
      const seen: unknown[] = []
      const run = await t.launch(async (ctx) => {
        seen.push(await Promise.all([rejection(ctx.sleep('nap', '1h')), rejection(ctx.waitForEvent('go'))]))
      })
      expect(await run.cancel('not wanted any more')).toBe(true)
      const cancelled = { name: 'CancelledError', code: 'CANCELLED', details: { executionId: 'one' } }
      expect(seen.at(-1)).toMatchObject([cancelled, cancelled])
      for (const error of seen.at(-1) as Error[]) expect(error.message).toContain('not wanted any more')
      expect(await run.status()).toBe('CANCELLED')
      expect(await run.ended()).toEqual(expect.arrayContaining(['nap CANCELLED', 'go CANCELLED']))
    },
  ),

  requirement(
    'CANCELLATION-02',
    'result() rejects with an ExecutionCancelledError that gives the reason',
    async (t) => {
      const run = await t.launch((ctx) => ctx.sleep('nap', '1h'))
      await run.cancel('not wanted any more')
      const error = await run.failure()
      expect(error).toMatchObject({ code: 'EXECUTION_CANCELLED', details: { executionId: 'one' } })
      expect(error.message).toContain('not wanted any more')
    },
  ),

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
    'CANCELLATION-04',
    'code that catches the CancelledError and returns is cancelled all the same',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        await rejection(ctx.sleep('nap', '1h'))
        return 'as if nothing had happened'
      })
      await run.cancel()
      expect(await run.status()).toBe('CANCELLED')
    },
  ),

  requirement(
    'CANCELLATION-05',
    'a step that runs rejects at once; its signal aborts, and its end is awaited',
    async (t) => {
      const body = gate<string>()
      const seen: unknown[] = []
      const run = await t.launch(async (ctx) => {
        await ctx.step('before', () => {})
        const step = ctx.step('slow', ({ signal }) => {
          signal.addEventListener('abort', () => seen.push(signal.reason))
          return body.promise
        })
        seen.push(await rejection(step))
      })
      await run.cancel()
      await t.advance('5s')
      const cancelled = { code: 'CANCELLED' }
      expect(seen).toMatchObject([cancelled, cancelled])
      expect(await run.status()).toBe('RUNNING')
      body.open('done after all')
      await t.settle()
      expect(await run.status()).toBe('CANCELLED')
      expect(await run.ended()).toContain('slow SUCCEEDED')
    },
  ),

  requirement(
    'CANCELLATION-06',
    'a step that waits for its next try rejects and is not tried again',
    async (t) => {
      const runs = new Counts()
      const body = (): never => {
        throw new Error(`failure ${runs.add('a')}`)
      }
      const policy = retry.fixed({ maxAttempts: 5, interval: '1m' })
      const run = await t.launch((ctx) => ctx.step('a', body, { retry: policy }))
      await run.cancel()
      await t.advance('10m')
      expect(await run.status()).toBe('CANCELLED')
      expect(await run.ended()).toContain('a CANCELLED')
      expect(runs.of('a')).toBe(1)
    },
  ),

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

  requirement(
    'CANCELLATION-08',
    'an execution that has not begun is cancelled at once, without its code',
    async (t) => {
      const runs = new Counts()
      const workflow = await t.deploy(async () => runs.add('handler'))
      t.driver.crash()
      const run = await t.start(workflow)
      expect(await run.cancel()).toBe(true)
      expect(await run.status()).toBe('CANCELLED')
      await t.recover()
      expect(await run.failure()).toMatchObject({ code: 'EXECUTION_CANCELLED' })
      expect(runs.of('handler')).toBe(0)
    },
  ),

  requirement(
    'CANCELLATION-09',
    'a second cancel answers false, and so does one that comes too late',
    async (t) => {
      const body = gate()
      const run = await t.launch(async (ctx) => {
        await ctx.step('before', () => {})
        await ctx.step('slow', () => body.promise)
      })
      expect([await run.cancel(), await run.cancel()]).toEqual([true, false])
      body.open()
      await t.advance('5s')
      expect(await run.status()).toBe('CANCELLED')
      expect(await run.cancel()).toBe(false)
    },
  ),

  requirement(
    'CANCELLATION-10',
    'a cancel that came while nobody was there is delivered when somebody is',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.step('a', () => {})
        const error = await rejection(ctx.sleep('nap', '1h'))
        await ctx.step('clean up', () => runs.add('clean up'))
        throw error
      })
      t.driver.crash()
      expect(await run.cancel()).toBe(true)
      expect(runs.of('clean up')).toBe(0)
      await t.recover()
      expect(await run.status()).toBe('CANCELLED')
      expect(runs.of('clean up')).toBe(1)
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

  requirement('CANCELLATION-13', 'ctx.signal aborts with the CancelledError', async (t) => {
    const reasons: unknown[] = []
    const run = await t.launch(async (ctx) => {
      ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason))
      await ctx.step('a', () => {})
      await ctx.sleep('nap', '1h')
    })
    await run.cancel()
    expect(await run.status()).toBe('CANCELLED')
    expect(reasons).toContainEqual(expect.objectContaining({ code: 'CANCELLED' }))
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
