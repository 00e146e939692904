import path from 'node:path'
import { sqlite } from '@perdure/sqlite'
import Database from 'better-sqlite3'
import type { SoakStore } from './soak-store.js'

/** Ways in which a disk, a script or a person breaks a run; each makes something of it impossible to decode. */
const damages: Readonly<Record<string, string>> = {
  'waits_for is no JSON': `update perdure_executions set waits_for = 'garbage' where run_id = ?`,
  'cancel is no JSON': `update perdure_executions set cancel = '{oops' where run_id = ?`,
  'blocked is no JSON': `update perdure_executions set blocked = '}' where run_id = ?`,
  'an error of its journal is no JSON': `update perdure_operations set error = '{' where run_id = ?`,
  'its values are gone': 'delete from perdure_execution_values where run_id = ?',
}

const newestOpenRun = `
  select run_id as runId from perdure_executions
  where execution_id = ? and finished_at is null order by run_no desc limit 1`

/** Runs in a SQLite file in the folder. */
export function sqliteSoakStore(folder: string): SoakStore {
  const file = path.join(folder, 'perdure.db')
  let raw: Database.Database | undefined
  return {
    // A crash of the machine is not part of a soak; without the wait for the disk there is more of everything else.
    open: () => sqlite({ path: file, synchronous: 'normal' }),
    damage: (executionId, chance) => {
      raw ??= new Database(file, { timeout: 5_000 })
      const ways = Object.entries(damages)
      const way = ways[Math.floor(chance * ways.length)]
      const row = raw.prepare<[string], { readonly runId: number }>(newestOpenRun).get(executionId)
      if (way === undefined || row === undefined) return undefined
      const [name, statement] = way
      return raw.prepare(statement).run(row.runId).changes > 0 ? name : undefined
    },
    close: () => raw?.close(),
  }
}
