import type { WorkerRecord } from '@perdure/core'
import type { Transaction } from '../transaction.js'

export function retire(
  { sql }: Transaction,
  { namespace, workerId }: Pick<WorkerRecord, 'namespace' | 'workerId'>,
): void {
  sql.run('DELETE FROM perdure_workers WHERE namespace = ? AND worker_id = ?', namespace, workerId)
}
