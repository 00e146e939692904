import {
  type CreateStoreForEngine,
  contextConformance,
  engineConformance,
  engineDriver,
} from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { temporaryFile } from './temporary-file.js'

const create: CreateStoreForEngine = async ({ clock }) => {
  const { path, remove } = temporaryFile()
  const open = () => sqlite({ path, clock, synchronous: 'normal' })
  const store = open()
  return { store, another: async () => open(), destroy: () => store.close().then(remove) }
}

contextConformance({ name: 'sqlite', driver: engineDriver({ create }) })
contextConformance({
  name: 'sqlite, evicting every suspension,',
  driver: engineDriver({ create, evict: true }),
})
engineConformance({ name: 'sqlite', create })
