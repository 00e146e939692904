import { copyPlain } from './copy-plain.js'
import { describeValue } from './describe-value.js'
import type { EncodedValue } from './encoded-value.js'
import { DeserializationError, isDurableError, SerializationError } from './errors.js'
import { findUnkeepable } from './find-unkeepable.js'
import { parseRich, stringifyRich } from './rich-format.js'

/**
 * Turns values into what is stored and back. Replace it to encrypt or compress.
 *
 * @example
 * ```ts
 * import { type Codec, defaultCodec, type EncodedValue } from '@perdure/core'
 * import { gunzipSync, gzipSync } from 'node:zlib'
 *
 * export const gzipCodec: Codec = {
 *   name: 'gzip',
 *   encode: async (value) => {
 *     const inner = await defaultCodec.encode(value)
 *     return { format: 'gzip', data: gzipSync(JSON.stringify(inner)) }
 *   },
 *   decode: (stored) => {
 *     const inner: EncodedValue = JSON.parse(gunzipSync(stored.data).toString())
 *     return defaultCodec.decode(inner)
 *   },
 * }
 * ```
 */
export interface Codec {
  /** What this codec writes as the `format` of its values. */
  readonly name: string
  encode(value: unknown): EncodedValue | Promise<EncodedValue>
  decode(value: EncodedValue): unknown
}

const encodedUndefined: EncodedValue = Object.freeze({ format: 'rich', data: stringifyRich(undefined) })

/**
 * Encodes a value and gives the copy that decoding it would give, so that the first pass sees what a replay will see.
 * A plain tree becomes readable JSON; anything else that can be kept becomes the rich format.
 *
 * @throws SerializationError with the path of what cannot be kept: functions, symbols, instances of classes, promises,
 * accessors, nesting beyond 1,000.
 */
export function encodeValue(
  value: unknown,
  field: string,
): { readonly encoded: EncodedValue; readonly copy: unknown } {
  if (value === undefined) return { encoded: encodedUndefined, copy: undefined }
  try {
    const plain = copyPlain(value)
    if (plain.plain)
      return { encoded: { format: 'json', data: JSON.stringify(plain.copy) }, copy: plain.copy }
    const found = findUnkeepable(value, field)
    if (found !== undefined) {
      const { path, value: what, reason } = found
      throw new SerializationError(`${path} cannot be stored: ${reason}`, {
        field: path,
        value: what,
        limit: reason,
      })
    }
    const data = stringifyRich(value)
    return { encoded: { format: 'rich', data }, copy: parseRich(data) }
  } catch (cause) {
    if (isDurableError(cause, 'SERIALIZATION')) throw cause
    throw new SerializationError(
      `${field} cannot be stored: reading it failed with ${describeValue(cause)}`,
      { field, value: describeValue(value), limit: 'a value that can be read without an error' },
      { cause },
    )
  }
}

/** @throws DeserializationError naming the field, for a format that is not ours and for data that it does not fit. */
export function decodeValue(value: EncodedValue, field: string): unknown {
  const { format } = value
  if (format !== 'json' && format !== 'rich') {
    throw new DeserializationError(
      `${field} was stored in the format ${describeValue(format)}: use the codec that wrote it`,
      { field, format },
    )
  }
  try {
    const text = textOf(value.data)
    return format === 'json' ? parseJson(text) : parseRich(text)
  } catch (cause) {
    throw new DeserializationError(
      `${field} cannot be read back from its ${format} format: the stored data is damaged or of a newer version`,
      { field, format },
      { cause },
    )
  }
}

/** Readable JSON where that keeps everything, the rich format elsewhere. */
export const defaultCodec: Codec = Object.freeze({
  name: 'default',
  encode: (value: unknown) => encodeValue(value, 'value').encoded,
  decode: (value: EncodedValue) => decodeValue(value, 'value'),
})

function textOf(data: string | Uint8Array): string {
  return typeof data === 'string'
    ? data
    : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
}

/** A key `__proto__` that is written in any of the ways that JSON has for it. */
const protoKey =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i

function parseJson(text: string): unknown {
  // We never write such a key. Whoever copies the object later would set the prototype of the copy.
  if ((text.includes('__proto__') || text.includes('\\u')) && protoKey.test(text)) {
    throw new Error('an object has the key "__proto__"')
  }
  return JSON.parse(text)
}
