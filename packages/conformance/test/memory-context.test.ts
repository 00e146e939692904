import { memory } from '@perdure/memory'
import { contextConformance, engineDriver } from '../src/index.js'

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
