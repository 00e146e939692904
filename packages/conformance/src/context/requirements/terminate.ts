import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate } from '../scenes.js'

export const terminateRequirements: readonly ContextRequirement[] = [
  requirement('TERMINATE-01', 'it ends an execution at once: no more of its code runs', async (t) => {
    const seen: string[] = []
    const run = await t.launch(async (ctx) => {
      try {
        await ctx.sleep('nap', '1m')
      } catch {
        seen.push('catch')
      } finally {
        seen.push('finally')
      }
    })
    expect(await run.terminate('out of control')).toBe(true)
    expect(await run.status()).toBe('TERMINATED')
    await t.advance('5m')
    expect(seen).toEqual([])
  }),

  requirement(
    'TERMINATE-02',
    'result() rejects with an ExecutionTerminatedError that gives the reason',
    async (t) => {
      const run = await t.launch((ctx) => ctx.sleep('nap', '1m'))
      await run.terminate('out of control')
      const error = await run.failure()
      expect(error).toMatchObject({ code: 'EXECUTION_TERMINATED', details: { executionId: 'one' } })
      expect(error.message).toContain('out of control')
    },
  ),

  requirement(
    'TERMINATE-03',
    'a body that still runs is told to stop, and what it returns is dropped',
    async (t) => {
      const body = gate()
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.step('slow', ({ signal }) => {
          signal.addEventListener('abort', () => runs.add('aborted'))
          return body.promise
        })
        await ctx.step('after', () => runs.add('after'))
      })
      await run.terminate()
      expect(await run.status()).toBe('TERMINATED')
      await t.advance('1m')
      expect(runs.of('aborted')).toBe(1)
      body.open()
      await t.advance('1m')
      expect(runs.of('after')).toBe(0)
      expect(await run.ended()).toEqual([])
    },
  ),

  requirement('TERMINATE-04', 'a second call answers false, and the first outcome stays', async (t) => {
    const run = await t.launch((ctx) => ctx.sleep('nap', '1m'))
    expect([await run.terminate('first'), await run.terminate('second'), await run.cancel()]).toEqual([
      true,
      false,
      false,
    ])
    expect((await run.failure()).message).toContain('first')
  }),

  requirement('TERMINATE-05', 'an execution that has ended cannot be terminated', async (t) => {
    const run = await t.launch(async () => 'done')
    expect(await run.terminate()).toBe(false)
    expect(await run.result()).toBe('done')
  }),

  requirement('TERMINATE-06', 'it cuts off what a cancel has begun', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.step('a', () => {})
      try {
        await ctx.sleep('nap', '1h')
      } finally {
        await ctx.sleep('cleaning up', '20s')
      }
    })
    await run.cancel()
    expect(await run.terminate()).toBe(true)
    expect(await run.status()).toBe('TERMINATED')
  }),

  requirement('TERMINATE-07', 'to cancel or terminate what does not exist is a typed error', async (t) => {
    const run = await t.launch(async () => {})
    expect(await run.cancel()).toBe(false)
    await expect(t.driver.cancel?.('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
    await expect(t.driver.terminate?.('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
  }),
]
