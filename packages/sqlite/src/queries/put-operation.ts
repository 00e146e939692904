import type { OperationRecord } from '@perdure/core'
import { operationColumns, operationValues } from '../rows.js'
import type { HeldRun } from '../run-table.js'
import { columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

/** Writes a row of the journal. An operation keeps its context and its startSeq, so a row that is replaced has the same key. */
export function putOperation({ sql }: Transaction, { runId }: HeldRun, operation: OperationRecord): void {
  sql.run(upsert, runId, ...operationValues(operation))
}

const upsert = `INSERT OR REPLACE INTO perdure_operations (run_id, ${columnList(operationColumns)})
  VALUES (?, ${placeholders(operationColumns)})`
