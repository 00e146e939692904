import { type StoreUnderTest, storeConformance } from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { damageFile } from './damage-file.js'
import { probeFile } from './probe-file.js'
import { temporaryFile } from './temporary-file.js'

storeConformance({
  name: 'sqlite',
  create: async ({ clock }) => {
    const { path, remove } = temporaryFile()
    const store = sqlite({ path, clock })
    const another = sqlite({ path, clock })
    const destroy = async () => {
      await Promise.all([store.close(), another.close()])
      remove()
    }
    const damage: StoreUnderTest['damage'] = (key, what) => damageFile(path, key, what)
    return { store, damage, probe: async () => probeFile(path), another: async () => another, destroy }
  },
})
