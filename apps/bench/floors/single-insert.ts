import { openFloor } from './open-floor.js'

/*
 * Floor: one row, one INSERT, one commit, again and again. Prepared statement, WAL, synchronous=FULL, the payload of a
 * step. What a table of finished steps costs if nothing is shared between them. No faster: a rowid table, an integer key,
 * explicit transactions.
 */
export function singleInsert(
  folder: string,
  rowCount: number,
  payload: string,
  pragmas?: readonly string[],
): number {
  const database = openFloor(folder, pragmas)
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
