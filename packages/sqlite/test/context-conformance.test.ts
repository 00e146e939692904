import {
  type CreateStoreForEngine,
  contextConformance,
  engineConformance,
  engineDriver,
} from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { damageFile } from './damage-file.js'
import { temporaryFile } from './temporary-file.js'

const inFile: CreateStoreForEngine = async ({ clock }) => {
  const { path, remove } = temporaryFile()
  const open = () => sqlite({ path, clock, synchronous: 'normal' })
  const store = open()
  return {
    store,
    another: async () => open(),
    damage: (key, what) => damageFile(path, key, what),
    destroy: () => store.close().then(remove),
  }
}

const inMemory: CreateStoreForEngine = async ({ clock }) => {
  const store = sqlite({ path: ':memory:', clock })
  return { store, destroy: () => store.close() }
}

contextConformance({ name: 'sqlite', driver: engineDriver({ create: inFile }) })
contextConformance({ name: 'sqlite, replaying', driver: engineDriver({ create: inMemory, evict: true }) })
engineConformance({ name: 'sqlite', create: inFile })
