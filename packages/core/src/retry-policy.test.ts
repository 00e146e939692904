import { describe, expect, it } from 'vitest'
import { NonRetryableError, SerializationError, StoreError } from './errors.js'
import { decideRetry, type RetryPolicy, resolveRetryPolicy, retry } from './retry-policy.js'

function decide(
  policy: RetryPolicy | undefined,
  attempt: number,
  error = new Error('boom'),
  random = () => 0.5,
) {
  return decideRetry(resolveRetryPolicy(policy, 'retry'), { attempt, error, random })
}

function delays(policy: RetryPolicy, random?: () => number): readonly (number | string)[] {
  const found: (number | string)[] = []
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const decision = decide(policy, attempt, new Error('boom'), random)
    if (decision.kind === 'fail') return [...found, decision.reason]
    found.push(decision.delayMs)
  }
  return found
}

describe('decideRetry', () => {
  it('tries once unless asked for more', () => {
    expect(decide(undefined, 1)).toEqual({ kind: 'fail', reason: 'exhausted' })
    expect(decide(retry.none(), 1)).toEqual({ kind: 'fail', reason: 'exhausted' })
  })

  it('counts the first try among maxAttempts', () => {
    expect(delays({ maxAttempts: 3, jitter: 'none' })).toEqual([1_000, 2_000, 'exhausted'])
  })

  it('never waits longer than maxInterval', () => {
    const policy: RetryPolicy = {
      maxAttempts: 6,
      initialInterval: '2s',
      backoffCoefficient: 3,
      maxInterval: '30s',
      jitter: 'none',
    }
    expect(delays(policy)).toEqual([2_000, 6_000, 18_000, 30_000, 30_000, 'exhausted'])
  })

  it('spreads the delay from 0 with full jitter and from its half with half jitter', () => {
    const policy = { maxAttempts: 2, initialInterval: 1_000 } as const
    expect(delays({ ...policy, jitter: 'full' }, () => 0)).toEqual([0, 'exhausted'])
    expect(delays({ ...policy, jitter: 'full' }, () => 0.25)).toEqual([250, 'exhausted'])
    expect(delays({ ...policy, jitter: 'half' }, () => 0)).toEqual([500, 'exhausted'])
    expect(delays({ ...policy, jitter: 'half' }, () => 0.999_999)).toEqual([1_000, 'exhausted'])
  })

  it('stays finite however often it is asked', () => {
    expect(decide({ maxAttempts: Number.POSITIVE_INFINITY, jitter: 'none' }, 100_000)).toEqual({
      kind: 'retry',
      delayMs: 60_000,
    })
    expect(decide({ maxAttempts: Number.POSITIVE_INFINITY, initialInterval: 0 }, 100_000)).toEqual({
      kind: 'retry',
      delayMs: 0,
    })
  })

  it('ends at once with an error that is not to be retried', () => {
    class CardDeclined extends Error {
      override name = 'CardDeclined'
    }
    const nonRetryable = { kind: 'fail', reason: 'nonRetryable' }
    const policy: RetryPolicy = { maxAttempts: 5, nonRetryableErrorTypes: ['CardDeclined', 'ENOENT'] }
    expect(decide(policy, 1, new CardDeclined())).toEqual(nonRetryable)
    expect(decide(policy, 1, Object.assign(new Error('x'), { code: 'ENOENT' }))).toEqual(nonRetryable)
    expect(decide(policy, 1, new NonRetryableError('no'))).toEqual(nonRetryable)
    expect(decide(policy, 1, new SerializationError('no'))).toEqual(nonRetryable)
    expect(decide(policy, 1, new StoreError('maybe')).kind).toBe('retry')
    expect(decide({ maxAttempts: 5, retryIf: (_, attempt) => attempt < 2 }, 1).kind).toBe('retry')
    expect(decide({ maxAttempts: 5, retryIf: (_, attempt) => attempt < 2 }, 2)).toEqual(nonRetryable)
  })

  it('does not ask the user about a last attempt', () => {
    const retryIf = () => expect.fail('asked')
    expect(decide({ maxAttempts: 1, retryIf }, 1)).toEqual({ kind: 'fail', reason: 'exhausted' })
  })

  it('waits as long as the delay of the user says, without jitter', () => {
    const policy: RetryPolicy = {
      maxAttempts: 5,
      delay: (attempt, error) => `${attempt * error.message.length}s`,
    }
    expect(decide(policy, 2)).toEqual({ kind: 'retry', delayMs: 8_000 })
  })

  it('ends with what a function of the user threw, and throws nothing itself', () => {
    const broken = new TypeError('undefined is not a function')
    const thrower = () => {
      throw broken
    }
    const expected = { kind: 'fail', reason: 'nonRetryable', policyError: broken }
    expect(decide({ maxAttempts: 5, retryIf: thrower }, 1)).toEqual(expected)
    expect(decide({ maxAttempts: 5, delay: thrower }, 1)).toEqual(expected)
    expect(decide({ maxAttempts: 5, delay: () => Number.NaN }, 1)).toMatchObject({
      kind: 'fail',
      policyError: { code: 'VALIDATION' },
    })
  })

  it('ends with an error that names the function, where that answers with a promise', () => {
    const late = (): never => Promise.reject(new Error('late')) as never
    for (const key of ['retryIf', 'delay'] as const) {
      const decision = decide({ maxAttempts: 5, [key]: late }, 1)
      expect(decision).toMatchObject({
        kind: 'fail',
        policyError: { code: 'VALIDATION', details: { field: `retry.${key}` } },
      })
    }
  })

  it('goes by what it can read of an error that resists', () => {
    const trap = (): never => {
      throw new Error('trap')
    }
    const error = Object.defineProperties(new Error('x'), { code: { get: trap }, constructor: { get: trap } })
    expect(decide({ maxAttempts: 5, nonRetryableErrorTypes: ['Declined'] }, 1, error).kind).toBe('retry')
    expect(decide({ maxAttempts: 5, nonRetryableErrorTypes: ['Error'] }, 1, error).kind).toBe('fail')
  })

  it('calls the functions of a policy as its methods', () => {
    const policy: RetryPolicy = {
      maxAttempts: 3,
      initialInterval: 70,
      delay(attempt) {
        return Number(this.initialInterval) * attempt
      },
    }
    expect(decide(policy, 2)).toEqual({ kind: 'retry', delayMs: 140 })
  })
})

describe('resolveRetryPolicy', () => {
  it.each([
    [{}, 'retry.maxAttempts must be'],
    [{ initialInterval: '1s' }, 'retry.maxAttempts must be'],
    [{ maxAttempts: 0 }, 'retry.maxAttempts must be'],
    [{ maxAttempts: 1.5 }, 'retry.maxAttempts must be'],
    [{ maxAttempts: '3' }, 'retry.maxAttempts must be'],
    [{ maxattempts: 3 }, 'did you mean "maxAttempts"?'],
    [{ maxAttempts: 3, initialInterval: '1y' }, 'retry.initialInterval must be'],
    [{ maxAttempts: 3, backoffCoefficient: 0.5 }, 'retry.backoffCoefficient must be'],
    [{ maxAttempts: 3, backoffCoefficient: Number.NaN }, 'retry.backoffCoefficient must be'],
    [{ maxAttempts: 3, initialInterval: '5s', maxInterval: '1s' }, 'retry.maxInterval must be'],
    [{ maxAttempts: 3, jitter: 'some' }, 'retry.jitter must be one of none, full, half'],
    [{ maxAttempts: 3, mode: 'later' }, 'retry.mode must be one of auto, suspend, inProcess'],
    [{ maxAttempts: 3, nonRetryableErrorTypes: 'TypeError' }, 'retry.nonRetryableErrorTypes must be'],
    [{ maxAttempts: 3, nonRetryableErrorTypes: [TypeError] }, 'retry.nonRetryableErrorTypes must be'],
    [{ maxAttempts: 3, retryIf: true }, 'retry.retryIf must be a function'],
    [{ maxAttempts: 3, delay: 5 }, 'retry.delay must be a function'],
    [3, 'retry must be an object'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveRetryPolicy(policy as RetryPolicy, 'retry')).toThrow(message)
  })

  it('lets a first delay be longer than the usual most', () => {
    expect(resolveRetryPolicy({ maxAttempts: 2, initialInterval: '5m' }, 'retry').maxIntervalMs).toBe(300_000)
  })
})

describe('retry', () => {
  it('has a default of 6 tries from 1 s, doubled up to 60 s, with full jitter', () => {
    expect(resolveRetryPolicy(retry.default, 'retry')).toMatchObject({
      maxAttempts: 6,
      initialIntervalMs: 1_000,
      backoffCoefficient: 2,
      maxIntervalMs: 60_000,
      jitter: 'full',
    })
    expect(delays(retry.default, () => 0.999_999_9)).toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      'exhausted',
    ])
  })

  it('has fixed, linear and exponential delays', () => {
    expect(delays(retry.fixed({ maxAttempts: 3, interval: '5s' }))).toEqual([5_000, 5_000, 'exhausted'])
    expect(delays(retry.fixed({ maxAttempts: 2, interval: '5m' }))).toEqual([300_000, 'exhausted'])
    expect(delays(retry.linear({ maxAttempts: 4, interval: '1s', maxInterval: '2s' }))).toEqual([
      1_000,
      2_000,
      2_000,
      'exhausted',
    ])
    expect(delays(retry.exponential({ maxAttempts: 3, initialInterval: '5m', jitter: 'none' }))).toEqual([
      300_000,
      300_000,
      'exhausted',
    ])
  })

  it('counts retries after the first try where it is asked to', () => {
    expect(retry.fromRetries(2).maxAttempts).toBe(3)
    expect(retry.fromRetries(0).maxAttempts).toBe(1)
  })
})
