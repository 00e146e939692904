import type { Logger, Store } from '@perdure/core'
import type { ContextDriver, CreateContextDriver } from '../context/context-driver.js'
import { engineDriver } from '../context/engine-driver.js'
import { interceptStore } from '../faults/intercept-store.js'
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
        create: async ({ clock }) => {
          // The clock of that driver is a virtual one.
          const subject = await create({ clock: clock as VirtualClock })
          return { ...subject, store: unwatched(subject.store) }
        },
      })({ logger }),
  }
}

/** There is one process at a time: looking every moment whether another one wrote would take most of the run. */
function unwatched(store: Store): Store {
  return { ...interceptStore(store, (_call, apply) => apply()), watch: () => () => {} }
}

/** Through a driver of the adapter's own. */
export function driverPlace(create: CreateContextDriver, recoversWithinMs: number): Place {
  return { recoveryMs: recoversWithinMs, open: ({ logger }) => create({ logger }) }
}
