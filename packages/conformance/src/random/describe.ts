import { inspect } from 'node:util'

/** A value as text, with its types, on one line. */
export function describeValue(value: unknown): string {
  const endless = Number.POSITIVE_INFINITY
  return inspect(value, { depth: endless, maxArrayLength: endless, breakLength: endless, compact: true })
}

/**
 * An error as text, recorded or thrown: of the library's own errors the code, of others the message, and what caused
 * them.
 */
export function describeError(error: unknown): string {
  if (!isErrorLike(error)) return describeValue(error)
  const { name, code, message, cause } = error
  const own = typeof code === 'string' ? code : `${name}: ${message}`
  return cause === undefined || cause === null ? own : `${own} < ${describeError(cause)}`
}

/** Numbers what is never the same twice by where it first appears: equal in the texts is then equal in the run. */
export function canonical(texts: readonly string[]): readonly string[] {
  const numbers = new Map<string, number>()
  return texts.map((text) =>
    text.replaceAll(/(made|random|uuid):[\w.-]+/g, (found, word: string) => {
      const number = numbers.get(found) ?? numbers.size + 1
      numbers.set(found, number)
      return `${word}#${number}`
    }),
  )
}

interface ErrorLike {
  readonly name: string
  readonly message: string
  readonly code?: unknown
  readonly cause?: unknown
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error
}
