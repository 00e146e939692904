import type { Clock, Store } from '@perdure/core'
import { type MemoryStore, memory } from '@perdure/memory'
import { damageMemory } from '../../src/store/damage-memory.js'
import type { CreateStoreUnderTest } from '../../src/store/store-under-test.js'

/** A store with one rule broken: the suite must notice. */
export interface StoreMutant {
  readonly name: string
  /** The requirement that is there to catch it. Others may as well. */
  readonly caughtBy: string
  /** What is wrong with one handle on the rows, and right in the given one. */
  readonly damage: (intact: MemoryStore, clock: Clock) => Partial<Store>
}

/** The memory store with the rule broken in every handle. */
export function createMutant({ damage }: StoreMutant): CreateStoreUnderTest {
  return async ({ clock }) => {
    const first = memory({ clock, capabilities: { limits: { maxInboxMessages: 1_000 } } })
    const { database, capabilities } = first
    const handle = (intact: MemoryStore): Store => ({ ...intact, ...damage(intact, clock) })
    return {
      store: handle(first),
      probe: async () => database.rows(),
      damage: (key, what) => damageMemory(database, key, what),
      another: async () => handle(memory({ clock, database, capabilities })),
      destroy: () => first.close(),
    }
  }
}
