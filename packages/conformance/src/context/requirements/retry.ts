import { NonRetryableError, type RetryPolicy, retry, type StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { Counts, rejection } from '../scenes.js'

export const retryRequirements: readonly ContextRequirement[] = [
  requirement('RETRY-01', 'a step without a policy is tried once', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) => ctx.step('a', failing(runs, Number.POSITIVE_INFINITY)))
    expect(await run.failure()).toMatchObject({ cause: { code: 'STEP_FAILED', details: { attempts: 1 } } })
    expect(runs.of('a')).toBe(1)
  }),

  requirement('RETRY-02', 'maxAttempts counts all tries; the last error is the cause', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) =>
      ctx.step('a', failing(runs, Number.POSITIVE_INFINITY), every('1m', 3)),
    )
    await t.advance('2m')
    const { cause } = await run.failure()
    expect(cause).toMatchObject({ details: { attempts: 3 }, cause: { message: 'failure 3' } })
    expect(runs.of('a')).toBe(3)
  }),

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

  requirement(
    'RETRY-04',
    'the first delay is initialInterval, and each next is longer by the coefficient',
    async (t) => {
      const at = await attemptTimes(t, {
        maxAttempts: 5,
        initialInterval: '1s',
        backoffCoefficient: 3,
        maxInterval: '10s',
        jitter: 'none',
      })
      expect(at).toEqual([0, 1, 4, 13, 23].map((seconds) => seconds * 1_000))
    },
  ),

  requirement('RETRY-05', '`delay` says how long to wait, given attempt and error', async (t) => {
    const asked: unknown[] = []
    const at = await attemptTimes(t, {
      maxAttempts: 3,
      delay: (attempt, error) => {
        asked.push([attempt, error.message])
        return { seconds: attempt }
      },
    })
    expect(at).toEqual([0, 1_000, 3_000])
    expect(asked).toEqual([
      [1, 'failure 1'],
      [2, 'failure 2'],
    ])
  }),

  requirement('RETRY-06', 'half jitter waits between half of the delay and all of it', async (t) => {
    const at = await attemptTimes(t, {
      maxAttempts: 4,
      initialInterval: '10s',
      backoffCoefficient: 1,
      maxInterval: '10s',
      jitter: 'half',
    })
    const delays = at.slice(1).map((each, index) => each - (at[index] ?? 0))
    for (const delay of delays) expect(delay).toBeGreaterThanOrEqual(5_000)
    for (const delay of delays) expect(delay).toBeLessThanOrEqual(10_000)
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

  requirement('RETRY-12', 'a NonRetryableError ends the step at once', async (t) => {
    const runs = new Counts()
    const run = await t.launch((ctx) =>
      ctx.step(
        'a',
        () => {
          runs.add('a')
          throw new NonRetryableError('no such card')
        },
        every('1m', 5),
      ),
    )
    const { cause } = await run.failure()
    expect(cause).toMatchObject({
      details: { attempts: 1 },
      cause: { code: 'NON_RETRYABLE', message: 'no such card' },
    })
    expect(runs.of('a')).toBe(1)
  }),

  requirement('RETRY-13', 'an error whose name or code the policy lists ends the step at once', async (t) => {
    const thrown = [new RangeError('too far'), Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]
    const nonRetryableErrorTypes = ['RangeError', 'ECONNREFUSED']
    const run = await t.launch(async (ctx) => {
      const attempts: unknown[] = []
      for (const error of thrown) {
        const failed = ctx.step('a', () => Promise.reject(error), {
          retry: { maxAttempts: 5, nonRetryableErrorTypes },
        })
        attempts.push(((await rejection(failed)) as StepError).details['attempts'])
      }
      return attempts
    })
    expect(await run.result()).toEqual([1, 1])
  }),

  requirement('RETRY-14', 'retryIf that answers false, or throws, ends the step', async (t) => {
    const run = await t.launch(async (ctx) => {
      const failures: unknown[] = []
      const policies: RetryPolicy[] = [
        {
          maxAttempts: 5,
          initialInterval: 0,
          retryIf: (error, attempt) => error.message === 'failure 1' && attempt === 1,
        },
        {
          maxAttempts: 5,
          retryIf: () => {
            throw new Error('the policy itself is broken')
          },
        },
      ]
      for (const policy of policies) {
        const failed = ctx.step('a', failing(new Counts(), 9), { retry: policy })
        const { details, cause } = (await rejection(failed)) as StepError
        failures.push([details['attempts'], (cause as Error).message])
      }
      return failures
    })
    await t.advance('1s')
    expect(await run.result()).toEqual([
      [2, 'failure 2'],
      [1, 'the policy itself is broken'],
    ])
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

/** When each attempt of a step that always fails is made, counted from the first. */
async function attemptTimes(t: ContextTrial, policy: RetryPolicy): Promise<readonly number[]> {
  const at: number[] = []
  const run = await t.launch((ctx) =>
    ctx.step(
      'a',
      () => {
        at.push(t.driver.now())
        throw new Error(`failure ${at.length}`)
      },
      { retry: policy },
    ),
  )
  for (let round = 0; round < policy.maxAttempts; round += 1) await t.advance('10s')
  await run.failure()
  return at.map((each) => each - (at[0] ?? 0))
}
