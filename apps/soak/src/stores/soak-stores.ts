import type { SoakStore } from './soak-store.js'
import { sqliteSoakStore } from './sqlite-soak-store.js'

/** By name: from the folder of the soak to its store. A store in memory has no second process to share it with. */
const stores = {
  sqlite: sqliteSoakStore,
} satisfies Record<string, (folder: string) => SoakStore>

export type StoreName = keyof typeof stores

export const storeNames: readonly StoreName[] = Object.keys(stores) as StoreName[]

export function openSoakStore(name: StoreName, folder: string): SoakStore {
  return stores[name](folder)
}
