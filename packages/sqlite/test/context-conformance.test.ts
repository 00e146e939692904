import { contextConformance, engineDriver } from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { temporaryFile } from './temporary-file.js'

for (const evict of [false, true]) {
  contextConformance({
    name: evict ? 'sqlite, evicting every suspension,' : 'sqlite',
    driver: engineDriver({
      evict,
      create: async ({ clock }) => {
        const { path, remove } = temporaryFile()
        const store = sqlite({ path, clock, synchronous: 'normal' })
        return { store, destroy: () => store.close().then(remove) }
      },
    }),
  })
}
