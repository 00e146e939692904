import { types } from 'node:util'
import { PayloadTooLargeError, SerializationError } from './errors.js'

/** A value as a store keeps it. */
export interface EncodedValue {
  /** `json` (readable), `rich` (keeps Date, Map, Error, cycles and the like) or the name of a custom codec. */
  readonly format: string
  readonly data: string | Uint8Array
}

/** The size of the data in bytes; text counts as UTF-8. */
export function byteLength(value: EncodedValue): number {
  return typeof value.data === 'string' ? Buffer.byteLength(value.data) : value.data.byteLength
}

const printableFormat = /^[\x20-\x7e]{1,64}$/

/**
 * What a codec gave, if it can be kept: a store would refuse the whole turn, and all that is written with it.
 *
 * @throws SerializationError
 */
export function checkEncoded(given: unknown, field: string): EncodedValue {
  if (typeof given !== 'object' || given === null)
    throw unusable(field, 'value', given, 'an object with format and data')
  const { format, data }: { format?: unknown; data?: unknown } = given
  if (typeof format !== 'string' || !printableFormat.test(format))
    throw unusable(field, 'format', format, '1 to 64 printable ASCII characters')
  if (typeof data !== 'string' && !types.isUint8Array(data))
    throw unusable(field, 'data', data, 'a string or a Uint8Array')
  return { format, data }
}

/** Says of what kind it is, and not what is in it. */
function unusable(field: string, part: string, given: unknown, limit: string): SerializationError {
  const value = given === null ? 'null' : typeof given
  const message = `${field} cannot be stored: the ${part} that its codec gave (${value}) must be ${limit}`
  return new SerializationError(message, { field, value, limit })
}

/** How large a value may be here, and how large one may be on this adapter. */
export interface PayloadLimits {
  readonly limitBytes: number
  /** @default limitBytes */
  readonly adapterLimitBytes?: number
}

/** @throws PayloadTooLargeError naming field, size and limit, if the data is larger than `limitBytes`. */
export function checkPayloadSize(
  value: EncodedValue,
  params: PayloadLimits & { readonly field: string },
): void {
  const { data } = value
  // A UTF-16 unit never takes more than three bytes: most values need no counting.
  if (typeof data === 'string' && data.length * 3 <= params.limitBytes) return
  const size = byteLength(value)
  const { field, limitBytes: limit, adapterLimitBytes: adapterLimit = limit } = params
  if (size > limit) throw new PayloadTooLargeError({ field, size, limit, adapterLimit })
}
