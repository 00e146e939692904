import { join } from 'node:path'
import Database from 'better-sqlite3'

/*
 * Floor: one row, one INSERT, one commit, again and again. Prepared statement, WAL, synchronous=FULL, the payload of a
 * step. What a table of finished steps costs if nothing is shared between them.
 */
export function singleInsert(folder: string, rowCount: number, payload: string): number {
  const database = new Database(join(folder, 'single-insert.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(
    'create table step (run text, step integer, payload text, primary key (run, step)) without rowid',
  )
  const insert = database.prepare('insert into step (run, step, payload) values (?, ?, ?)')
  const startedAt = performance.now()
  for (let row = 0; row < rowCount; row += 1) insert.run(`run-${row >> 2}`, row & 3, payload)
  const seconds = (performance.now() - startedAt) / 1000
  database.close()
  return rowCount / seconds
}
