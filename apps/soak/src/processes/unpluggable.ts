import { setTimeout as delay } from 'node:timers/promises'
import { interceptStore } from '@perdure/conformance/faults'
import type { Store } from '@perdure/core'

/** A store whose connection can be cut for a while. */
export interface Unpluggable {
  readonly store: Store
  /** What is asked within this time is on its way for as long, and then arrives: writes of those who lost their lease. */
  unplug(forMs: number): void
}

export function unpluggable(store: Store): Unpluggable {
  let plugged: Promise<void> = Promise.resolve()
  const intercepted = interceptStore(store, async (_call, apply) => {
    await plugged
    return apply()
  })
  return {
    store: intercepted,
    unplug: (forMs) => {
      plugged = delay(forMs)
    },
  }
}
