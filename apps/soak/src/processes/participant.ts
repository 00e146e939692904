import type { Store } from '@perdure/core'
import { SoakLog } from '../effects/soak-log.js'
import { dropHints } from '../sabotage/drop-hints.js'
import { sabotage } from '../sabotage/sabotage.js'
import { soakFolder } from '../soak-folder.js'
import type { SoakStore } from '../stores/soak-store.js'
import { openSoakStore } from '../stores/soak-stores.js'
import { liveWithParent } from './live-with-parent.js'
import type { Orders, Report } from './messages.js'
import { unpluggable } from './unpluggable.js'

/** What every process of the fleet has: its orders, the log, and one store object. */
export interface Participant {
  readonly orders: Orders
  readonly by: string
  readonly log: SoakLog
  readonly soakStore: SoakStore
  readonly store: Store
  unplug(forMs: number): void
}

export function takePart(): Participant {
  liveWithParent()
  // Written by the fleet alone.
  const orders = JSON.parse(process.argv[2] ?? '') as Orders
  const by = `${orders.name}.${orders.life}`
  const soakStore = openSoakStore(orders.store, orders.folder)
  const store = sabotage(soakStore.open(), orders)
  const { store: pluggable, unplug } = unpluggable(store)
  return {
    orders,
    by,
    log: new SoakLog(soakFolder(orders.folder).log, by),
    soakStore,
    store: orders.isDeaf ? dropHints(pluggable) : pluggable,
    unplug,
  }
}

export function tell(report: Report): void {
  process.send?.(report)
}
