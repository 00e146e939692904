import type { Store } from '@perdure/core'
import { LocalBus } from './local-bus.js'

const shared = new WeakMap<Store, SharedStore>()

/** A store as the engines over it in this process share it: one bus, and one end. */
export class SharedStore {
  readonly bus: LocalBus = new LocalBus()
  readonly #store: Store
  #engineCount = 0

  /** Whoever joins must leave. */
  static join(store: Store): SharedStore {
    const sharing = shared.get(store) ?? new SharedStore(store)
    shared.set(store, sharing)
    sharing.#engineCount += 1
    return sharing
  }

  private constructor(store: Store) {
    this.#store = store
  }

  /** The last engine to leave closes the store. */
  async leave(): Promise<void> {
    this.#engineCount -= 1
    if (this.#engineCount === 0) await this.#store.close()
  }
}
