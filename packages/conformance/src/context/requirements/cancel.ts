import { findCause, retry } from '@perdure/core'
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

  requirement(
    'CANCELLATION-20',
    'a cancel in a child context is the cause of its error, live and replayed',
    async (t) => {
      const codes: unknown[] = []
      const run = await t.launch(async (ctx) => {
        const error = await rejection(
          ctx.runInChildContext('outer', (outer) =>
            outer.runInChildContext('inner', (inner) => inner.sleep('nap', '1h')),
          ),
        )
        codes.push([(error as { code?: unknown }).code, findCause(error, 'CANCELLED')?.code])
        // The clean-up is cut short by a crash, so that the error is replayed.
        await ctx.sleep('linger', '10s')
      })
      await run.cancel()
      await t.restart()
      await t.advance('10s')
      expect(codes.length).toBeGreaterThan(1)
      for (const code of codes) expect(code).toEqual(['CHILD_CONTEXT_FAILED', 'CANCELLED'])
      expect(await run.status()).toBe('CANCELLED')
    },
  ),
]
