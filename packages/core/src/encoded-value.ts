import { PayloadTooLargeError } from './errors.js'

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

/** @throws PayloadTooLargeError naming field, size and limit, if the data is larger than `limitBytes`. */
export function checkPayloadSize(
  value: EncodedValue,
  params: { readonly field: string; readonly limitBytes: number },
): void {
  const { data } = value
  // A UTF-16 unit never takes more than three bytes: most values need no counting.
  if (typeof data === 'string' && data.length * 3 <= params.limitBytes) return
  const size = byteLength(value)
  if (size > params.limitBytes) {
    throw new PayloadTooLargeError({ field: params.field, size, limit: params.limitBytes })
  }
}
