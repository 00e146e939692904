import { isDurableError } from '@perdure/core'

/** What a log says of an error: never its stack, its properties, or what it was caused by in full. */
export interface ErrorFacts {
  readonly name: string
  readonly code?: string
  readonly message?: string
  readonly cause?: ErrorFacts
}

const maxLinks = 8

/** Of these the adapter writes the message, and it holds nothing that a user gave. */
const storeCodes: ReadonlySet<string> = new Set([
  'STORE_FAILED',
  'STORE_BUSY',
  'STORE_VERSION',
  'DRIVER_VERSION',
])

/**
 * Name and code of an error and of its causes. Its message only `withMessage`, for it may quote what a codec keeps
 * secret; that of a store always.
 */
export function errorFacts(error: unknown, withMessage: boolean, links: number = maxLinks): ErrorFacts {
  const name = textOf(error, 'name')
  const code = textOf(error, 'code')
  const isShown = withMessage ? read(error, 'encoded') === undefined : isOfStore(error)
  const message = isShown ? textOf(error, 'message') : undefined
  const cause = links > 1 ? read(error, 'cause') : undefined
  return {
    name: name ?? 'NonError',
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(isObject(cause) ? { cause: errorFacts(cause, withMessage, links - 1) } : {}),
  }
}

/** The facts in one line, for the text of a log line. */
export function errorLine({ name, code, message }: ErrorFacts): string {
  const coded = code === undefined || code === name ? name : `${name} [${code}]`
  return message === undefined || message === '' ? coded : `${coded}: ${message}`
}

function isOfStore(error: unknown): boolean {
  return isDurableError(error) && storeCodes.has(error.code)
}

function textOf(error: unknown, key: string): string | undefined {
  const value = read(error, key)
  return typeof value === 'string' ? value : undefined
}

function read(error: unknown, key: string): unknown {
  if (!isObject(error)) return undefined
  try {
    return Reflect.get(error, key)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
