import type { ReadKey, RunRecord } from '@perdure/core'
import { type HeldRun, RunTable } from '../run-table.js'
import type { Statements } from '../statements.js'

export function read(sql: Statements, keys: readonly ReadKey[]): (RunRecord | null)[] {
  const runs = new RunTable(sql)
  return keys.map((key) => {
    const held = find(runs, key)
    return held === null ? null : runs.record(held)
  })
}

function find(runs: RunTable, { namespace, executionId, runNo, lifeNo }: ReadKey): HeldRun | null {
  const key = { namespace, executionId }
  if (runNo !== undefined) return runs.find({ ...key, runNo })
  return lifeNo === undefined ? runs.newest(key) : runs.newestOfLife(key, lifeNo)
}
