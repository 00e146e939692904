import { decodeValue, type MessageRecord } from '@perdure/core'
import type { Event } from '../workflows/witness.js'

/** Names the event that a client sent. */
export function eventIdOf({ value }: MessageRecord): string | undefined {
  // Clients of the soak send nothing else.
  return value === null ? undefined : (decodeValue(value, 'event') as Event).eventId
}
