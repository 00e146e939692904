import { memory } from '@perdure/memory'
import { randomWorkflows } from '../src/index.js'

randomWorkflows({
  name: 'memory',
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, probe: async () => database.rows(), destroy: () => store.close() }
  },
})
