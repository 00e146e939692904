import type { Clock } from '@perdure/core'
import { isBusy } from './map-error.js'

/** How long a statement may block the process while another one holds the lock: a blocked process loses leases. */
export const lockWaitMs = 5

const firstDelayMs = 2
const maxDelayMs = 50

/**
 * Tries until nobody else holds a lock that is needed, letting the process go on in between. The delays are random, so
 * that those who wait for the same lock do not come back together.
 *
 * @throws whatever the attempt throws; after `busyTimeoutMs` also that it is busy.
 */
export async function whileBusy<Result>(
  attempt: () => Result,
  { clock, busyTimeoutMs }: { readonly clock: Clock; readonly busyTimeoutMs: number },
): Promise<Result> {
  const giveUpAt = clock.monotonic() + busyTimeoutMs
  for (let capMs = firstDelayMs; ; capMs = Math.min(capMs * 2, maxDelayMs)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || clock.monotonic() >= giveUpAt) throw error
    }
    await delay(clock, capMs * (0.5 + Math.random() / 2))
  }
}

async function delay(clock: Clock, delayMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.schedule(delayMs, resolve)
  })
}
