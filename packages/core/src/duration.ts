import { ValidationError } from './errors.js'

/** A length of time as parts that are added up. */
export interface DurationObject {
  readonly weeks?: number
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly milliseconds?: number
}

/**
 * A length of time: milliseconds, a number with a unit, or an object.
 *
 * @example
 * ```ts
 * import type { Duration } from '@perdure/core'
 *
 * export const durations: Duration[] = [1500, '500ms', '30s', '15m', '1h', '7d', '2w', { hours: 1, minutes: 30 }]
 * ```
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}` | DurationObject

/** The longest wait that every adapter takes, in milliseconds: 366 days. */
export const maxWaitMs = 31_622_400_000

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])

const partMs: ReadonlyMap<string, number> = new Map([
  ['weeks', 604_800_000],
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1_000],
  ['milliseconds', 1],
])

/**
 * A duration in whole milliseconds; fractions are rounded up.
 *
 * @throws ValidationError naming field, value and limit, for anything that is not a duration from `minMs` (default 0)
 * to `maxMs` (default 366 days).
 */
export function toMs(
  duration: Duration,
  field: string,
  limits: { readonly minMs?: number; readonly maxMs?: number } = {},
): number {
  const ms = wholeMs(parse(duration, field))
  const { minMs = 0, maxMs = maxWaitMs } = limits
  if (ms >= minMs && ms <= maxMs) return ms
  throw new ValidationError({ field, value: duration, limit: `a duration from ${minMs} to ${maxMs} ms` })
}

function parse(duration: unknown, field: string): number {
  if (typeof duration === 'number') return duration
  if (typeof duration === 'string') return parseText(duration, field)
  if (typeof duration === 'object' && duration !== null && !Array.isArray(duration))
    return addParts(duration, field)
  throw notADuration(field, duration)
}

function parseText(text: string, field: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text)
  const factor = unitMs.get(match?.[2] ?? '')
  if (match === null || factor === undefined) throw notADuration(field, text)
  return Number(match[1]) * factor
}

function addParts(parts: object, field: string): number {
  const entries = Object.entries(parts).filter(([, amount]) => amount !== undefined)
  if (entries.length === 0) throw notADuration(field, parts)
  let ms = 0
  for (const [key, amount] of entries) {
    const factor = partMs.get(key)
    if (factor === undefined) {
      throw new ValidationError({
        field: `${field}.${key}`,
        value: amount,
        limit: [...partMs.keys()].join(', '),
        message: `${field} has the unknown part "${key}"; the parts are ${[...partMs.keys()].join(', ')}`,
      })
    }
    if (typeof amount !== 'number' || !(amount >= 0)) {
      throw new ValidationError({ field: `${field}.${key}`, value: amount, limit: 'a number of 0 or more' })
    }
    ms += amount * factor
  }
  return ms
}

/** Rounds up, except for what only the arithmetic of fractions has added: 1.1 h are 3,960,000 ms and no more. */
function wholeMs(ms: number): number {
  const nearest = Math.round(ms)
  const isNoise = Math.abs(ms - nearest) <= 4 * Number.EPSILON * nearest
  return (isNoise ? nearest : Math.ceil(ms)) + 0
}

function notADuration(field: string, value: unknown): ValidationError {
  return new ValidationError({
    field,
    value,
    limit: "milliseconds, a text such as '30s' (ms, s, m, h, d, w) or an object such as { seconds: 30 }",
  })
}
