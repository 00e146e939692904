import { ValidationError } from '@perdure/core'

/** The number that a cursor holds. @throws ValidationError if it holds none: no page answered such a cursor. */
export function cursorNumber(text: string, cursor: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(number)) return number
  throw new ValidationError({ field: 'cursor', value: cursor, limit: 'one that an earlier page answered' })
}
