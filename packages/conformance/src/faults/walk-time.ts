import type { VirtualClock } from '../virtual-clock.js'

/** So many timers are waited for one by one; the rest of a long stretch of time is walked in strides. */
const maxStops = 20_000
const strides = 500

/**
 * Lets time pass as it does for a running system: from timer to timer, and what a timer sets off is over before the
 * next one fires. `settle` waits for that.
 */
export async function walkTime(clock: VirtualClock, ms: number, settle: () => Promise<void>): Promise<void> {
  const until = clock.monotonic() + ms
  await settle()
  for (let stops = 0, left = ms; left > 0; stops += 1, left = until - clock.monotonic()) {
    const nextTimerMs = clock.nextTimerMs ?? left
    const strideMs = stops < maxStops ? 0 : ms / strides
    clock.advance(Math.min(left, Math.max(nextTimerMs, strideMs)))
    await settle()
  }
}
