import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * What makes the floors fastest: a log that is short is soon written over instead of growing, and a file that does not
 * grow is synced faster. `--tune` measures the floors with other settings beside these.
 */
export const tuned: readonly string[] = ['wal_autocheckpoint = 150']

/** A new database with the durability that the adapter has by default, whatever else is set. */
export function openFloor(folder: string, pragmas: readonly string[] = tuned): Database.Database {
  const database = new Database(join(folder, 'floor.db'))
  for (const pragma of pragmas) database.pragma(pragma)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  return database
}
