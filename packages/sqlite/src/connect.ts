import { StoreError, ValidationError } from '@perdure/core'
import type { SqliteDatabase } from './database.js'
import { openWithDriver } from './driver.js'
import type { ResolvedOptions } from './options.js'
import { lockWaitMs } from './while-busy.js'

/**
 * Opens the file, or looks at the database that was given. **A commit is durable when it is answered**: the driver's
 * own default would let a power cut take the last ones, so the level is always set, or checked if it is not ours to set.
 */
export function connect({ location, synchronous }: ResolvedOptions): SqliteDatabase {
  if ('database' in location) return checked(location.database, synchronous)
  const database = openWithDriver({ path: location.path, timeoutMs: lockWaitMs })
  try {
    const mode = pragma(database, 'journal_mode = WAL')
    if (!isSafe(database, mode)) throw noWal(database, mode)
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checked(database: SqliteDatabase, synchronous: 'full' | 'normal'): SqliteDatabase {
  const mode = pragma(database, 'journal_mode')
  if (!isSafe(database, mode)) {
    throw refused('journal_mode', mode, "WAL: run database.pragma('journal_mode = WAL')")
  }
  const level = Number(pragma(database, 'synchronous'))
  if (!database.memory && level < levels[synchronous]) {
    const remedy = `run database.pragma('synchronous = ${synchronous}')`
    const relax = synchronous === 'full' ? ", or accept the loss with { synchronous: 'normal' }" : ''
    throw refused('synchronous', level, `at least ${levels[synchronous]} (${synchronous}): ${remedy}${relax}`)
  }
  return database
}

const levels = { normal: 1, full: 2 } as const

/** Without a write-ahead log readers and writers would block each other; a database in memory has neither. */
function isSafe(database: SqliteDatabase, mode: unknown): boolean {
  return mode === 'wal' || database.memory
}

function pragma(database: SqliteDatabase, text: string): unknown {
  const row = database.prepare(`PRAGMA ${text}`).get()
  return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined
}

function noWal({ name }: SqliteDatabase, mode: unknown): StoreError {
  const message = `${name} cannot be put into WAL mode (it stays in mode "${mode}"): keep it on a local disk`
  return new StoreError(message, { retryable: false, path: name })
}

function refused(setting: string, value: unknown, limit: string): ValidationError {
  const message = `The PRAGMA ${setting} of the given database must be ${limit}`
  return new ValidationError({ field: `database.${setting}`, value, limit, message })
}
