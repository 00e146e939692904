import type { ReadKey, RunRecord } from '@perdure/core'
import { RunTable } from '../run-table.js'
import type { Statements } from '../statements.js'

export function read(sql: Statements, keys: readonly ReadKey[]): (RunRecord | null)[] {
  const runs = new RunTable(sql)
  return keys.map(({ namespace, executionId, runNo }) => {
    const key = { namespace, executionId }
    const held = runNo === undefined ? runs.newest(key) : runs.find({ ...key, runNo })
    return held === null ? null : runs.record(held)
  })
}
