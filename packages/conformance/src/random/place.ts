import type { CreateContextDriver } from '../context/context-driver.js'
import { engineDriver } from '../context/engine-driver.js'
import type { CreateStoreUnderTest } from '../store/store-under-test.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Place } from './perform.js'

/** Short, because faults must be over before the next instant of the grid. */
const leaseMs = 500

/** Runs programs through an engine over a store, and audits its rows. */
export function storePlace(create: CreateStoreUnderTest): Place {
  return {
    // A claim that fails is tried again after a second.
    recoveryMs: 1_200,
    open: async ({ logger, evicts }) => {
      const openDriver = engineDriver({
        evict: evicts,
        leaseMs,
        // The clock of that driver is a virtual one.
        create: ({ clock }) => create({ clock: clock as VirtualClock }),
      })
      const driver = await openDriver({ logger })
      return { driver, audit: async () => (await driver.audit?.()) ?? [] }
    },
  }
}

/** Runs programs through a driver, whose rows cannot be seen. */
export function driverPlace(create: CreateContextDriver, recoveryMs: number): Place {
  return {
    recoveryMs,
    open: async ({ logger }) => ({ driver: await create({ logger }), audit: async () => [] }),
  }
}
