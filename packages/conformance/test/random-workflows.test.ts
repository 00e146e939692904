import { memory } from '@perdure/memory'
import { randomWorkflows } from '../src/index.js'

randomWorkflows({
  name: 'memory',
  // A tenth or so is left out because its outcome hangs on a tie: more than 1,000 are compared.
  runs: 1_150,
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, probe: async () => database.rows(), destroy: () => store.close() }
  },
})
