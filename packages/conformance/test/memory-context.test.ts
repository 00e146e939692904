import { memory } from '@perdure/memory'
import { contextConformance } from '../src/context/context-conformance.js'
import { engineDriver } from '../src/context/engine-driver.js'

for (const evict of [false, true]) {
  contextConformance({
    name: evict ? 'memory, evicting every suspension,' : 'memory',
    driver: engineDriver({
      evict,
      create: async ({ clock }) => {
        const store = memory({ clock })
        return { store, destroy: () => store.close() }
      },
    }),
  })
}
