import { parse, stringify } from 'devalue'
import { createError, type ErrorParts, errorParts, fillError, isError } from './error-parts.js'

/**
 * The rich format: what devalue writes, and a few types that it does not keep.
 *
 * **What was written once must be readable forever**: histories outlive releases. The test of this file holds texts
 * that were written by earlier ones.
 */
export function stringifyRich(value: unknown): string {
  return stringify(value, reducers)
}

/** Reads what `stringifyRich` wrote; throws whatever comes for anything else. */
export function parseRich(text: string): unknown {
  return parse(text, revivers())
}

type Reducer = (value: unknown) => unknown

const reducers: Record<string, Reducer> = {
  Error: (value) => isError(value) && errorParts(value),
  Buffer: (value) => Buffer.isBuffer(value) && [value.toString('base64')],
  View: (value) => isPartialView(value) && ownBytes(value),
  RegExpAt: (value) => isMovedRegExp(value) && [value.source, value.flags, value.lastIndex],
}

function revivers(): Record<string, Reducer> {
  const made = new Map<unknown, Error>()
  return {
    // An error that is part of a cycle is asked for before its parts are complete, then once more: it is made once.
    Error: (value) => {
      if (!isErrorParts(value)) throw new Error('an error has neither name nor message')
      const error = made.get(value) ?? createError(value)
      made.set(value, error)
      fillError(error, value)
      return error
    },
    Buffer: (value) => Buffer.from(String((value as readonly unknown[])[0]), 'base64'),
    View: (value) => value,
    RegExpAt: (value) => {
      const [source, flags, lastIndex] = value as [string, string, number]
      return Object.assign(new RegExp(source, flags), { lastIndex })
    },
  }
}

/** Of a part of a cycle only the texts are known at first: they are written before all else. */
function isErrorParts(value: unknown): value is ErrorParts {
  if (typeof value !== 'object' || value === null) return false
  return typeof Reflect.get(value, 'name') === 'string' && typeof Reflect.get(value, 'message') === 'string'
}

type View = Uint8Array | DataView

/** A window into a larger buffer, whose other bytes (of a pool, maybe) are nobody's business. */
function isPartialView(value: unknown): value is View {
  return ArrayBuffer.isView(value) && value.byteLength !== value.buffer.byteLength
}

function ownBytes(view: View): unknown {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)
  return Reflect.construct(view.constructor, [bytes])
}

function isMovedRegExp(value: unknown): value is RegExp {
  return value instanceof RegExp && value.lastIndex !== 0
}
