import { memory } from '@perdure/memory'
import { randomWorkflows } from '../src/random/random-workflows.js'

randomWorkflows({
  name: 'memory',
  runs: Number(process.env['RUNS'] ?? 1000),
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, probe: async () => database.rows(), destroy: () => store.close() }
  },
})
