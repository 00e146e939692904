import { type Duration, maxWaitMs, toMs } from './duration.js'
import { type DurableError, isDurableError, ValidationError } from './errors.js'
import { isThenable } from './is-thenable.js'
import { checkOptions } from './names.js'

/**
 * When a failed step is tried again. The delay before try n + 1 is `initialInterval * backoffCoefficient ** (n - 1)`,
 * at most `maxInterval`, then jittered.
 */
export interface RetryPolicy {
  /** Tries in total, the first included; `Infinity` is allowed. There is no default: say how often. */
  readonly maxAttempts: number
  /** @default '1s' */
  readonly initialInterval?: Duration
  /** @default 2 */
  readonly backoffCoefficient?: number
  /** @default '60s', or `initialInterval` where that is longer */
  readonly maxInterval?: Duration
  /** `full`: from 0 to the delay; `half`: from half of it to all of it. @default 'full' */
  readonly jitter?: RetryJitter
  /** Names or codes of errors that end the step at once. */
  readonly nonRetryableErrorTypes?: readonly string[]
  /** Ends the step when it answers false. It must answer at once: a promise fails the step. */
  retryIf?(error: Error, attempt: number): boolean
  /** Replaces the computed delay; `attempt` is the one that failed, 1 is the first. */
  delay?(attempt: number, error: Error): Duration
  /** Whether a delay suspends the execution or keeps it in the process; `auto` goes by its length. @default 'auto' */
  readonly mode?: RetryMode
}

/** How a delay is spread. */
export type RetryJitter = 'none' | 'full' | 'half'

/** Where a delay is spent. */
export type RetryMode = 'auto' | 'suspend' | 'inProcess'

/** A policy that was checked, with its defaults and in milliseconds. */
export interface ResolvedRetryPolicy {
  readonly maxAttempts: number
  readonly initialIntervalMs: number
  readonly backoffCoefficient: number
  readonly maxIntervalMs: number
  readonly jitter: RetryJitter
  readonly nonRetryableErrorTypes: readonly string[]
  readonly retryIf: ((error: Error, attempt: number) => boolean) | undefined
  readonly delay: ((attempt: number, error: Error) => Duration) | undefined
  readonly mode: RetryMode
}

/** What follows a failed attempt. `policyError` is what a `retryIf` or `delay` of the user threw, or did wrong. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'fail'; readonly reason: 'exhausted' | 'nonRetryable'; readonly policyError?: unknown }

const policyKeys: readonly (keyof RetryPolicy)[] = [
  'maxAttempts',
  'initialInterval',
  'backoffCoefficient',
  'maxInterval',
  'jitter',
  'nonRetryableErrorTypes',
  'retryIf',
  'delay',
  'mode',
]

const once: RetryPolicy = Object.freeze({ maxAttempts: 1 })

/**
 * Checks a policy and fills in its defaults; no policy means one try.
 *
 * @throws ValidationError naming the key and its value.
 */
export function resolveRetryPolicy(policy: RetryPolicy | undefined, field: string): ResolvedRetryPolicy {
  checkOptions(policy, policyKeys, field)
  const given = policy ?? once
  const initialIntervalMs = toMs(given.initialInterval ?? '1s', `${field}.initialInterval`)
  return {
    maxAttempts: checkMaxAttempts(given.maxAttempts, `${field}.maxAttempts`),
    initialIntervalMs,
    backoffCoefficient: checkCoefficient(given.backoffCoefficient ?? 2, `${field}.backoffCoefficient`),
    maxIntervalMs: toMs(given.maxInterval ?? Math.max(60_000, initialIntervalMs), `${field}.maxInterval`, {
      minMs: initialIntervalMs,
    }),
    jitter: checkOneOf(given.jitter ?? 'full', ['none', 'full', 'half'], `${field}.jitter`),
    nonRetryableErrorTypes: checkTypes(given.nonRetryableErrorTypes ?? [], `${field}.nonRetryableErrorTypes`),
    // Bound, so that a policy that is an object with methods keeps its `this`.
    retryIf: checkFunction(given.retryIf, `${field}.retryIf`)?.bind(given),
    delay: checkFunction(given.delay, `${field}.delay`)?.bind(given),
    mode: checkOneOf(given.mode ?? 'auto', ['auto', 'suspend', 'inProcess'], `${field}.mode`),
  }
}

/** Codes of errors that come back the same at every try. */
const hopelessCodes: ReadonlySet<string> = new Set<DurableError['code']>([
  'NON_RETRYABLE',
  'VALIDATION',
  'SERIALIZATION',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_OPERATION',
  'DURABLE_CALL_IN_STEP',
])

/**
 * Says what follows a failed attempt (1 is the first). Never throws: what `retryIf` or `delay` throw, or a delay that
 * is not one, ends the step.
 */
export function decideRetry(
  policy: ResolvedRetryPolicy,
  failure: { readonly attempt: number; readonly error: Error; readonly random: () => number },
): RetryDecision {
  const { attempt, error, random } = failure
  if (isNonRetryable(policy, error)) return { kind: 'fail', reason: 'nonRetryable' }
  if (attempt >= policy.maxAttempts) return { kind: 'fail', reason: 'exhausted' }
  try {
    if (policy.retryIf !== undefined && !answerOf(policy.retryIf(error, attempt), 'retry.retryIf', error)) {
      return { kind: 'fail', reason: 'nonRetryable' }
    }
    if (policy.delay !== undefined) {
      const delay = answerOf(policy.delay(attempt, error), 'retry.delay', error)
      return { kind: 'retry', delayMs: toMs(delay, 'retry.delay()') }
    }
  } catch (policyError) {
    return { kind: 'fail', reason: 'nonRetryable', policyError }
  }
  return { kind: 'retry', delayMs: jittered(backoffMs(policy, attempt), policy.jitter, random) }
}

/** A promise is truthy whatever it resolves with: to take it for an answer would be to retry forever. */
function answerOf<T>(answer: T, field: string, cause: Error): T {
  if (!isThenable(answer)) return answer
  // What it comes to interests nobody.
  Promise.resolve(answer).catch(() => {})
  throw new ValidationError({
    field,
    value: answer,
    limit: 'a function that answers at once, not a promise',
    cause,
  })
}

function isNonRetryable(policy: ResolvedRetryPolicy, error: Error): boolean {
  if (isDurableError(error) && hopelessCodes.has(error.code)) return true
  if (policy.nonRetryableErrorTypes.length === 0) return false
  const types = [read(error, 'name'), read(error, 'code'), read(read(error, 'constructor'), 'name')]
  return policy.nonRetryableErrorTypes.some((type) => types.includes(type))
}

/** Undefined where it cannot be read: an error may have getters that throw, or be a proxy. */
function read(value: unknown, key: string): unknown {
  try {
    return Reflect.get(Object(value), key)
  } catch {
    return undefined
  }
}

function backoffMs(policy: ResolvedRetryPolicy, attempt: number): number {
  // 0 * Infinity is NaN.
  if (policy.initialIntervalMs === 0) return 0
  return Math.min(policy.maxIntervalMs, policy.initialIntervalMs * policy.backoffCoefficient ** (attempt - 1))
}

function jittered(delayMs: number, jitter: RetryJitter, random: () => number): number {
  if (jitter === 'none') return Math.round(delayMs)
  const least = jitter === 'half' ? delayMs / 2 : 0
  return Math.round(least + random() * (delayMs - least))
}

function checkMaxAttempts(value: unknown, field: string): number {
  if (typeof value === 'number' && value >= 1 && (value === Infinity || Number.isSafeInteger(value)))
    return value
  throw new ValidationError({
    field,
    value,
    limit: 'a whole number of 1 or more, or Infinity: the tries in total',
  })
}

function checkCoefficient(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return value
  throw new ValidationError({ field, value, limit: 'a finite number of 1 or more' })
}

function checkOneOf<T extends string>(value: T, allowed: readonly T[], field: string): T {
  if (allowed.includes(value)) return value
  throw new ValidationError({ field, value, limit: `one of ${allowed.join(', ')}` })
}

function checkTypes(value: readonly string[], field: string): readonly string[] {
  if (Array.isArray(value) && value.every((type) => typeof type === 'string' && type !== '')) return value
  throw new ValidationError({ field, value, limit: 'an array of error names or codes' })
}

function checkFunction<F>(value: F, field: string): F {
  if (value === undefined || typeof value === 'function') return value
  throw new ValidationError({ field, value, limit: 'a function' })
}

interface Presets {
  /** One try. */
  none(): RetryPolicy
  /** The same delay every time, without jitter. */
  fixed(params: { readonly maxAttempts: number; readonly interval: Duration }): RetryPolicy
  /** `interval`, twice that, three times that, and so on, without jitter. */
  linear(params: {
    readonly maxAttempts: number
    readonly interval: Duration
    readonly maxInterval?: Duration
  }): RetryPolicy
  /** 1 s, ×2, at most 60 s and full jitter, where nothing else is given. */
  exponential(params: Omit<RetryPolicy, 'delay'>): RetryPolicy
  /** 6 tries, 1 s, ×2, at most 60 s, full jitter. */
  readonly default: RetryPolicy
  /** For those who count the tries after the first: `fromRetries(2)` is 3 attempts, with the default delays. */
  fromRetries(retries: number): RetryPolicy
}

const exponential = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maxInterval: '60s',
  jitter: 'full',
} as const

/**
 * Retry policies that have a name.
 *
 * @example
 * ```ts
 * import { retry } from '@perdure/core'
 *
 * export const often = retry.exponential({ maxAttempts: 10, initialInterval: '200ms' })
 * export const thrice = retry.fixed({ maxAttempts: 3, interval: '5s' })
 * ```
 */
export const retry: Presets = Object.freeze({
  none: () => once,
  fixed: ({ maxAttempts, interval }) => ({
    maxAttempts,
    initialInterval: interval,
    backoffCoefficient: 1,
    maxInterval: interval,
    jitter: 'none',
  }),
  linear: ({ maxAttempts, interval, maxInterval = maxWaitMs }) => {
    const stepMs = toMs(interval, 'retry.linear.interval')
    const mostMs = toMs(maxInterval, 'retry.linear.maxInterval', { minMs: stepMs })
    return { maxAttempts, delay: (attempt: number) => Math.min(mostMs, attempt * stepMs) }
  },
  exponential: (params) => ({ ...params }),
  default: Object.freeze({ maxAttempts: 6, ...exponential }),
  fromRetries: (retries) => ({ maxAttempts: retries + 1, ...exponential }),
} satisfies Presets)
