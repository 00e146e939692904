import { memory } from '@perdure/memory'
import { it } from 'vitest'
import { checkStore } from '../src/store/store-conformance.js'
import { storeRequirements } from '../src/store/store-requirements.js'
import { contextRequirements } from '../src/context/context-requirements.js'
import { checkContext } from '../src/context/context-conformance.js'
import { engineDriver } from '../src/context/engine-driver.js'

it('times', async () => {
  const times: [string, number][] = []
  for (const r of storeRequirements) {
    const a = performance.now()
    await checkStore(r, async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, probe: async () => database.rows(), another: async () => memory({ clock, database }), destroy: () => store.close() }
    }).catch((e) => console.log(r.requirementId, e))
    times.push([r.requirementId, performance.now() - a])
  }
  times.sort((a, b) => b[1] - a[1])
  console.log(times.length, times.reduce((a, b) => a + b[1], 0), times.slice(0, 12))
  const t2: [string, number][] = []
  for (const r of contextRequirements) {
    const a = performance.now()
    await checkContext(r, engineDriver({ create: async ({ clock }) => {
        const store = memory({ clock })
        return { store, destroy: () => store.close() }
    } })).catch((e) => console.log(r.requirementId, e.message))
    t2.push([r.requirementId, performance.now() - a])
  }
  t2.sort((a, b) => b[1] - a[1])
  console.log(t2.length, t2.reduce((a, b) => a + b[1], 0), t2.slice(0, 12))
}, 100000)
