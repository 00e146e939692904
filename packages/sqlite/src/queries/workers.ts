import type { WorkerRecord } from '@perdure/core'
import { toWorker, type WorkerRow, workerColumns } from '../rows.js'
import { columnList, type Statements } from '../statements.js'

export function workers(
  sql: Statements,
  { namespace, seenSince }: { readonly namespace: string; readonly seenSince: number },
): WorkerRecord[] {
  return sql.all<WorkerRow>(selectWorkers, namespace, seenSince).map(toWorker)
}

const selectWorkers = `SELECT ${columnList(workerColumns)} FROM perdure_workers
  WHERE namespace = ? AND seen_at >= ? ORDER BY worker_id`
