import { memory } from '@perdure/memory'
import { engineConformance } from '../src/engine/engine-conformance.js'
import { damageMemory } from '../src/store/damage-memory.js'

engineConformance({
  name: 'memory',
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return {
      store,
      another: async () => memory({ clock, database }),
      damage: (key, what) => damageMemory(database, key, what),
      destroy: () => store.close(),
    }
  },
})
