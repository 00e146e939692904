import { memory } from '@perdure/memory'
import { engineConformance } from '../src/engine/engine-conformance.js'

engineConformance({
  name: 'memory',
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, another: async () => memory({ clock, database }), destroy: () => store.close() }
  },
})
