import type { WorkerRecord } from '@perdure/core'
import { workerColumns, workerValues } from '../rows.js'
import { columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

export function announce(
  { sql, now }: Transaction,
  worker: Omit<WorkerRecord, 'seenAt'>,
): { readonly now: number } {
  sql.run(upsertWorker, ...workerValues({ ...worker, seenAt: now }))
  return { now }
}

const upsertWorker = `INSERT OR REPLACE INTO perdure_workers (${columnList(workerColumns)})
  VALUES (${placeholders(workerColumns)})`
