import { openFloor } from './open-floor.js'

/*
 * Floor: one run from start to result, written by hand: insert the run, lease it, insert its one step, finish it. Four
 * commits, as many as the engine's durable acknowledgements. Prepared statements, WAL, synchronous=FULL, the payload of
 * a step. Returns the median in milliseconds. No faster: a table of runs without rowid, one table for both.
 */
export function startToResult(
  folder: string,
  runCount: number,
  payload: string,
  pragmas?: readonly string[],
): number {
  const database = openFloor(folder, pragmas)
  database.exec(`create table run (run text primary key, status text, lease integer, input text, output text);
    create table step (run text, step integer, payload text, primary key (run, step)) without rowid`)
  const start = database.prepare("insert into run (run, status, input) values (?, 'PENDING', ?)")
  const lease = database.prepare(
    "update run set status = 'RUNNING', lease = ? where run = ? and status = 'PENDING'",
  )
  const step = database.prepare('insert into step (run, step, payload) values (?, 0, ?)')
  const finish = database.prepare("update run set status = 'COMPLETED', output = ? where run = ?")
  const times: number[] = []
  for (let index = 0; index < runCount; index += 1) {
    const run = `run-${index}`
    const startedAt = performance.now()
    start.run(run, payload)
    lease.run(30_000, run)
    step.run(run, payload)
    finish.run(payload, run)
    times.push(performance.now() - startedAt)
  }
  database.close()
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}
