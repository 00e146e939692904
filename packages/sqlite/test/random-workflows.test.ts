import { randomWorkflows } from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { probeFile } from './probe-file.js'
import { temporaryFile } from './temporary-file.js'

randomWorkflows({
  name: 'sqlite',
  runs: 200,
  create: async ({ clock }) => {
    const { path, remove } = temporaryFile()
    const store = sqlite({ path, clock, synchronous: 'normal' })
    const destroy = async () => {
      await store.close()
      remove()
    }
    return { store, probe: async () => probeFile(path), destroy }
  },
})
