import type { OperationRecord } from '@perdure/core'
import { operationColumns, operationValues } from '../rows.js'
import type { HeldRun } from '../run-table.js'
import { assignments, columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

/**
 * Writes a row of the journal: a new one, or one that goes on with the open row of its number. `known` is the highest
 * number that the run had given out before.
 *
 * @throws Error if the row of its number is another operation, or final.
 */
export function putOperation(
  { sql }: Transaction,
  { runId }: HeldRun,
  operation: OperationRecord,
  known: number,
): void {
  const values = operationValues(operation)
  const { operationId, parentId, startSeq } = operation
  if (startSeq > known) return void sql.run(insert, runId, ...values)
  const changed = values.filter((_, index) => !isFixed[index])
  if (sql.run(update, ...changed, runId, parentId ?? '', startSeq, operationId) === 0)
    throw new Error(`operation ${operationId} is not the one of its number, or final`)
}

const fixedColumns = ['parent_id', 'operation_id', 'start_seq']
const isFixed = operationColumns.map((column) => fixedColumns.includes(column))

const insert = `INSERT INTO perdure_operations (run_id, ${columnList(operationColumns)})
  VALUES (?, ${placeholders(operationColumns)})`

const update = `UPDATE perdure_operations
  SET ${assignments(operationColumns.filter((_, index) => !isFixed[index]))}
  WHERE run_id = ? AND parent_id = ? AND start_seq = ? AND operation_id = ? AND settle_seq IS NULL`
