import { ValidationError } from '@perdure/core'

/** @throws ValidationError if the text is not a JSON array of such parts: then no page answered it. */
export function parseCursor<Part>(cursor: string, isPart: (part: unknown) => part is Part): Part[] {
  const parts = parse(cursor)
  if (Array.isArray(parts) && parts.length > 0 && parts.every(isPart)) return parts
  throw new ValidationError({ field: 'cursor', value: cursor, limit: 'one that an earlier page answered' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
