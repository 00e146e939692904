import type { ErrorCode } from './error-codes.js'
import { type DurableError, isDurableError } from './errors.js'

/** Longer chains than this are not recorded. */
const maxLinks = 100

/**
 * The error of the given code that an error is or was caused by, however many others stand in between; undefined if
 * there is none. Never throws.
 *
 * @example
 * ```ts
 * import { type DurableContextOps, findCause } from '@perdure/core'
 *
 * export async function book(ctx: DurableContextOps, reserve: (inner: DurableContextOps) => Promise<void>) {
 *   try {
 *     await ctx.runInChildContext('reserve', reserve)
 *   } catch (error) {
 *     // What was thrown is a ChildContextError, whoever asked for the cancel.
 *     if (findCause(error, 'CANCELLED')) await ctx.step('release', () => 'released')
 *     throw error
 *   }
 * }
 * ```
 */
export function findCause<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): DurableError<Code> | undefined {
  let link = error
  for (let count = 0; count < maxLinks; count += 1) {
    if (isDurableError(link, code)) return link
    if (typeof link !== 'object' || link === null) return undefined
    link = causeOf(link)
  }
  return undefined
}

function causeOf(error: object): unknown {
  try {
    return Reflect.get(error, 'cause')
  } catch {
    return undefined
  }
}
