import type { WorkerRecord } from '@perdure/core'
import { forgottenBefore } from '@perdure/core'
import { workerColumns, workerValues } from '../rows.js'
import { columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

export function announce(
  { sql, now }: Transaction,
  worker: Omit<WorkerRecord, 'seenAt'>,
): { readonly now: number } {
  sql.run(upsertWorker, ...workerValues({ ...worker, seenAt: now }))
  // Asked first: a row to remove is there once in a long while.
  const silence = [worker.namespace, forgottenBefore(now)] as const
  if (sql.get(selectForgotten, ...silence) !== undefined) sql.run(removeForgotten, ...silence)
  return { now }
}

const selectForgotten = 'SELECT worker_id FROM perdure_workers WHERE namespace = ? AND seen_at < ? LIMIT 1'

const removeForgotten = 'DELETE FROM perdure_workers WHERE namespace = ? AND seen_at < ?'

const upsertWorker = `INSERT OR REPLACE INTO perdure_workers (${columnList(workerColumns)})
  VALUES (${placeholders(workerColumns)})`
