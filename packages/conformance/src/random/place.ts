import type { Logger } from '@perdure/core'
import type { ContextDriver, CreateContextDriver } from '../context/context-driver.js'
import { engineDriver } from '../context/engine-driver.js'
import type { CreateStoreUnderTest } from '../store/store-under-test.js'
import type { VirtualClock } from '../virtual-clock.js'

/** Where programs are run. */
export interface Place {
  /** The longest that one fault delays anything. */
  readonly recoveryMs: number
  /** A new and empty place. `evicts`: no live function is kept there, if that can be had. */
  readonly open: (given: { readonly logger: Logger; readonly evicts: boolean }) => Promise<ContextDriver>
}

/** Short, because faults must be over before the next instant of the grid. */
const leaseMs = 500
/** A claim that fails is tried again after a second. */
const recoveryMs = 1_200

/** Through an engine over a store. */
export function storePlace(create: CreateStoreUnderTest): Place {
  return {
    recoveryMs,
    open: ({ logger, evicts }) =>
      engineDriver({
        evict: evicts,
        leaseMs,
        // The clock of that driver is a virtual one.
        create: ({ clock }) => create({ clock: clock as VirtualClock }),
      })({ logger }),
  }
}

/** Through a driver of the adapter's own. */
export function driverPlace(create: CreateContextDriver, recoversWithinMs: number): Place {
  return { recoveryMs: recoversWithinMs, open: ({ logger }) => create({ logger }) }
}
