import type { Capabilities, Clock } from '@perdure/core'
import { repeat, spreadMs } from './repeat.js'

/**
 * How often a process looks by itself. **The poll is the truth**: a push only shortens the wait for it, and may be lost.
 */
export function pollMsFor({ push }: Pick<Capabilities, 'push'>): number {
  return push ? 30_000 : 5_000
}

const spread = 0.2

/** When a process that polls by itself looks next: a fifth sooner or later. */
export function nextPollMs(capabilities: Pick<Capabilities, 'push'>): number {
  return spreadMs(pollMsFor(capabilities), spread)
}

/** Looks again and again, a fifth sooner or later. Returns how to stop. */
export function poll(clock: Clock, everyMs: number, look: () => void): () => void {
  return repeat(clock, { everyMs, spread }, look)
}
