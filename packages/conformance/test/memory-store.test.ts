import { memory } from '@perdure/memory'
import { storeConformance } from '../src/index.js'
import { damageMemory } from '../src/store/damage-memory.js'

storeConformance({
  name: 'memory',
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return {
      store,
      probe: async () => database.rows(),
      another: async () => memory({ clock, database }),
      damage: (key, what) => damageMemory(database, key, what),
      destroy: () => store.close(),
    }
  },
})
