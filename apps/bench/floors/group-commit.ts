import { openFloor } from './open-floor.js'

/*
 * Floor: 50 loops in flight, each with four rows to write one after another; what they ask for within one turn of the
 * event loop shares one transaction. Prepared statement, WAL, synchronous=FULL, the payload of a step. What group
 * commit alone can reach, with no engine around it. No faster: one statement for all rows, callbacks instead of promises,
 * a rowid table.
 */
export async function groupCommit(
  folder: string,
  runCount: number,
  payload: string,
  pragmas?: readonly string[],
): Promise<number> {
  const database = openFloor(folder, pragmas)
  database.exec(
    'create table step (run text, step integer, payload text, primary key (run, step)) without rowid',
  )
  const insert = database.prepare('insert into step (run, step, payload) values (?, ?, ?)')
  let waiting: { readonly run: string; readonly step: number; readonly done: () => void }[] = []
  const writeAll = database.transaction((rows: typeof waiting) => {
    for (const { run, step } of rows) insert.run(run, step, payload)
  })
  const flush = (): void => {
    const rows = waiting
    waiting = []
    writeAll.immediate(rows)
    for (const { done } of rows) done()
  }
  const write = (run: string, step: number): Promise<void> =>
    new Promise((done) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ run, step, done })
    })
  let next = 0
  const loop = async (): Promise<void> => {
    for (let run = next++; run < runCount; run = next++) {
      for (let step = 0; step < 4; step += 1) await write(`run-${run}`, step)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 50 }, loop))
  const seconds = (performance.now() - startedAt) / 1000
  database.close()
  return (runCount * 4) / seconds
}
