import type { Damage } from '@perdure/conformance'
import type { RunKey } from '@perdure/core'
import Database from 'better-sqlite3'

/** Makes a row in a database file unreadable, by a connection of its own; returns how to mend it. */
export async function damageFile(path: string, key: RunKey, what: Damage): Promise<() => Promise<void>> {
  const database = new Database(path)
  const { namespace, executionId, runNo } = key
  const run = 'SELECT run_id FROM perdure_executions WHERE namespace = ? AND execution_id = ? AND run_no = ?'
  const runId = database.prepare(run).pluck().get(namespace, executionId, runNo)
  const change = (table: string, where: string, column: string, to: unknown): (() => Promise<void>) => {
    const before = database.prepare(`SELECT ${column} FROM ${table} WHERE ${where}`).pluck().get()
    const put = (value: unknown): void => {
      if (database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`).run(value).changes !== 1)
        throw new Error('There is no such row to damage')
    }
    put(to)
    return async () => {
      put(before)
      database.close()
    }
  }
  const ofRun = `run_id = ${runId}`
  switch (what) {
    case 'state':
      return change('perdure_executions', ofRun, 'waits_for', 'garbage')
    case 'newer':
      return change('perdure_executions', ofRun, 'format', 2)
    case 'operation':
      return change('perdure_operations', `${ofRun} AND start_seq = 1`, 'error', '{oops')
    case 'message': {
      const newest = `inbox_seq = (SELECT max(inbox_seq) FROM perdure_messages WHERE execution_id = '${executionId}')`
      return change('perdure_messages', `execution_id = '${executionId}' AND ${newest}`, 'error', '{oops')
    }
    case 'values': {
      const move = (to: number, from: number): void => {
        database.prepare('UPDATE perdure_execution_values SET run_id = ? WHERE run_id = ?').run(to, from)
      }
      move(-Number(runId), Number(runId))
      return async () => {
        move(Number(runId), -Number(runId))
        database.close()
      }
    }
  }
}
