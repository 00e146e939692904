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

contextConformance({
  name: 'memory with the least capabilities',
  driver: engineDriver({
    create: async ({ clock }) => {
      const store = memory({
        clock,
        capabilities: { events: 'none', cancel: false, limits: { maxPayloadBytes: 10_000 } },
      })
      return { store, destroy: () => store.close() }
    },
  }),
})
