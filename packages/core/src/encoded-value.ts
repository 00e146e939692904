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
