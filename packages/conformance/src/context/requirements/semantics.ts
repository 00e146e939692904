import { retry, type StepOptions } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { Counts, gate } from '../scenes.js'

const atMostOnce: StepOptions = { semantics: 'atMostOnce' }

export const semanticsRequirements: readonly ContextRequirement[] = [
  requirement('SEMANTICS-01', 'a body that a crash cuts short runs again, under the same key', async (t) => {
    const { runs, keys, result } = await crashInBody(t, {})
    expect(await result()).toBe('run 2')
    expect(runs.of('a')).toBe(2)
    expect(keys.size).toBe(1)
  }),

  requirement('SEMANTICS-02', 'the attempt that runs again after a crash has the same number', async (t) => {
    const { attempts } = await crashInBody(t, {})
    expect(attempts).toEqual([1, 1])
  }),

  requirement(
    'SEMANTICS-03',
    'an at-most-once attempt that a crash cut short is not run again',
    async (t) => {
      const { runs, failure } = await crashInBody(t, atMostOnce)
      expect(await failure()).toMatchObject({
        cause: {
          code: 'STEP_FAILED',
          details: { attempts: 1 },
          cause: {
            name: 'StepInterruptedError',
            code: 'STEP_INTERRUPTED',
            details: { name: 'a', attempt: 1 },
          },
        },
      })
      expect(runs.of('a')).toBe(1)
    },
  ),

  requirement('SEMANTICS-04', 'at most once holds for each attempt: a retry is another one', async (t) => {
    const policy = retry.fixed({ maxAttempts: 2, interval: '1m' })
    const { runs, attempts, result } = await crashInBody(t, { ...atMostOnce, retry: policy })
    expect(runs.of('a')).toBe(1)
    await t.advance('1m')
    expect(await result()).toBe('run 2')
    expect(attempts).toEqual([1, 2])
  }),

  requirement(
    'SEMANTICS-05',
    'the start of an at-most-once attempt is durable before its body runs',
    async (t) => {
      const recorded: string[] = []
      const run = await t.launch((ctx) =>
        ctx.step(
          'a',
          async () => {
            for (const event of await t.driver.history('one')) recorded.push(event.kind)
          },
          atMostOnce,
        ),
      )
      await run.result()
      expect(recorded).toEqual(['ExecutionStarted', 'OperationStarted'])
    },
  ),

  requirement(
    'SEMANTICS-06',
    'a crash before the start was durable costs an at-most-once attempt nothing',
    async (t) => {
      const runs = new Counts()
      let isFirst = true
      t.onWrite(({ kind, when }) => {
        if (kind !== 'commit' || when !== 'before' || !isFirst) return
        isFirst = false
        t.driver.crash()
      })
      const run = await t.launch((ctx) => ctx.step('a', () => runs.add('a'), atMostOnce))
      expect(runs.of('a')).toBe(0)
      await t.recover()
      expect(await run.result()).toBe(1)
    },
  ),

  requirement('SEMANTICS-07', 'an at-most-once step that is done answers from the journal', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      const result = await ctx.step('a', () => runs.add('a'), atMostOnce)
      await ctx.sleep('nap', '1m')
      return result
    })
    await t.restart()
    await t.advance('1m')
    expect(await run.result()).toBe(1)
  }),

  requirement(
    'SEMANTICS-08',
    'the retries of an at-most-once step go on after a crash between them',
    async (t) => {
      const attempts: number[] = []
      const run = await t.launch((ctx) =>
        ctx.step(
          'a',
          ({ attempt }) => {
            attempts.push(attempt)
            if (attempt < 3) throw new Error('again')
            return 'done'
          },
          { ...atMostOnce, retry: retry.fixed({ maxAttempts: 3, interval: '1m' }) },
        ),
      )
      await t.restart()
      await t.advance('1m')
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toBe('done')
      expect(attempts).toEqual([1, 2, 3])
    },
  ),
]

interface Crashed {
  readonly runs: Counts
  readonly keys: Set<string>
  readonly attempts: number[]
  result(): Promise<unknown>
  failure(): Promise<unknown>
}

/** A crash in the middle of the first run of a body, and a recovery. */
async function crashInBody(t: ContextTrial, options: StepOptions): Promise<Crashed> {
  const runs = new Counts()
  const keys = new Set<string>()
  const attempts: number[] = []
  const run = await t.launch((ctx) =>
    ctx.step(
      'a',
      ({ idempotencyKey, attempt }) => {
        keys.add(idempotencyKey)
        attempts.push(attempt)
        const count = runs.add('a')
        return count === 1 ? gate<string>().promise : `run ${count}`
      },
      options,
    ),
  )
  await t.restart()
  return { runs, keys, attempts, result: () => run.result(), failure: () => run.failure() }
}
