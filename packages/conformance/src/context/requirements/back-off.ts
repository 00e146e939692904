import { type RetryPolicy, retry } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'

export const backOffRequirements: readonly ContextRequirement[] = [
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

  requirement(
    'RETRY-16',
    'during the delay the history shows each failed attempt, its error, and when the next is made',
    async (t) => {
      const failing = (): never => {
        throw Object.assign(new TypeError('no route'), { code: 'NO_ROUTE' })
      }
      const run = await t.launch((ctx) =>
        ctx.step('ship', failing, { retry: retry.fixed({ maxAttempts: 3, interval: '1h' }) }),
      )
      const first = t.driver.now()
      const attempt = (no: number, at: number) => ({
        kind: 'AttemptFailed',
        name: 'ship',
        attempt: no,
        error: { name: 'TypeError', message: 'no route', code: 'NO_ROUTE' },
        at: new Date(at),
        nextAttemptAt: new Date(at + 3_600_000),
      })
      const shown = async () => (await run.history()).filter(({ kind }) => kind === 'AttemptFailed')
      expect(await shown()).toMatchObject([attempt(1, first)])
      await t.advance('1h')
      expect(await shown()).toMatchObject([attempt(1, first), attempt(2, first + 3_600_000)])
      await t.advance('1h')
      expect(await shown()).toHaveLength(2)
      expect(await run.ended()).toContain('ship FAILED')
    },
  ),
]

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
