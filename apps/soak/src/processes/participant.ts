import type { Store } from '@perdure/core'
import { SoakLog } from '../effects/soak-log.js'
import { sabotage } from '../sabotage/sabotage.js'
import { soakFolder } from '../soak-folder.js'
import type { SoakStore } from '../stores/soak-store.js'
import { openSoakStore } from '../stores/soak-stores.js'
import { deafenable } from './deafenable.js'
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
  deafen(): void
}

export function takePart(): Participant {
  liveWithParent()
  // Written by the fleet alone.
  const orders = JSON.parse(process.argv[2] ?? '') as Orders
  const by = `${orders.name}.${orders.life}`
  const soakStore = openSoakStore(orders.store, orders.folder)
  const { store: pluggable, unplug } = unpluggable(sabotage(soakStore.open(), orders))
  const { store, deafen } = deafenable(pluggable)
  if (orders.isDeaf) deafen()
  return {
    orders,
    by,
    log: new SoakLog(soakFolder(orders.folder).log, by),
    soakStore,
    store,
    unplug,
    deafen,
  }
}

export function tell(report: Report): void {
  process.send?.(report)
}
