import { NonRetryableError, type RetryPolicy, retry, type StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, rejection } from '../scenes.js'

export const giveUpRequirements: readonly ContextRequirement[] = [
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
