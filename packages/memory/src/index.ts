export { MemoryDatabase, type MemoryRows, type RelayRecord } from './memory-database.js'
export { type MemoryOptions, type MemoryStore, memory } from './memory-store.js'
