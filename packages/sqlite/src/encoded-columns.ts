import type { EncodedValue } from '@perdure/core'

/** What a value column holds: text or bytes, as the codec gave it. */
export type StoredData = string | Uint8Array

/**
 * SQLite keeps text as UTF-8, which has no lone surrogates: a text with one is kept as bytes of UTF-16 and its format
 * marked. Names of formats are ASCII, so the mark cannot be a part of one.
 */
const utf16Mark = '§utf16:'

/** The two columns of a value; both null: no value. */
export type EncodedColumns = readonly [format: string | null, data: StoredData | null]

const none: EncodedColumns = [null, null]

export function toColumns(value: EncodedValue | null): EncodedColumns {
  if (value === null) return none
  const { format, data } = value
  if (typeof data !== 'string' || isWellFormed(data)) return [format, data]
  return [`${utf16Mark}${format}`, Buffer.from(data, 'utf16le')]
}

export function fromColumns(format: string, data: StoredData): EncodedValue
export function fromColumns(format: string | null, data: StoredData | null): EncodedValue | null
export function fromColumns(format: string | null, data: StoredData | null): EncodedValue | null {
  if (format === null || data === null) return null
  if (typeof data === 'string') return { format, data }
  if (format.startsWith(utf16Mark)) {
    return { format: format.slice(utf16Mark.length), data: Buffer.from(data).toString('utf16le') }
  }
  // The driver answers a Buffer; a codec was promised no more than bytes.
  return { format, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}

function isWellFormed(text: string): boolean {
  // Node.js has it since version 20; the compiler is told of ES2022 only.
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
