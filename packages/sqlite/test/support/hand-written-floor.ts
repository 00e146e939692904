import Database from 'better-sqlite3'

/**
 * The least that anybody would write by hand for the same promise, and as durable: a transaction each for the job, for
 * its lease, for the outcome of its step and for its end.
 */
export function handWrittenFloor(path: string): { runOne(jobId: string): void; close(): void } {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`
    CREATE TABLE jobs (job_id TEXT PRIMARY KEY, status TEXT NOT NULL, leased_until INTEGER, output TEXT);
    CREATE TABLE steps (job_id TEXT, name TEXT, value TEXT, PRIMARY KEY (job_id, name)) WITHOUT ROWID`)
  const start = database.prepare("INSERT INTO jobs VALUES (?, 'due', NULL, NULL)")
  const claim = database.prepare("UPDATE jobs SET status = 'running', leased_until = ? WHERE job_id = ?")
  const record = database.prepare('INSERT INTO steps VALUES (?, ?, ?)')
  const finish = database.prepare("UPDATE jobs SET status = 'done', output = ? WHERE job_id = ?")
  return {
    runOne: (jobId) => {
      start.run(jobId)
      claim.run(Date.now() + 30_000, jobId)
      record.run(jobId, 'step 1', '"a"')
      finish.run('["a"]', jobId)
    },
    close: () => void database.close(),
  }
}
