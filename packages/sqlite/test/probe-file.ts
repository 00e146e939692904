import type { ProbedRows } from '@perdure/conformance'
import { lostValues, type RunKey } from '@perdure/core'
import Database from 'better-sqlite3'
import { type ExecutionRow, executionColumns, toRunState } from '../src/execution-row.js'
import {
  type MessageRow,
  messageColumns,
  type OperationRow,
  operationColumns,
  toMessage,
  toOperation,
  toRunValues,
  toWorker,
  type ValuesRow,
  valuesColumns,
  type WorkerRow,
  workerColumns,
} from '../src/rows.js'

/** All rows of a database file, read by a connection of its own. */
export function probeFile(path: string): ProbedRows {
  const database = new Database(path)
  const select = <Row extends readonly unknown[]>(table: string, ...columns: readonly string[]): Row[] => {
    return database
      .prepare(`SELECT ${columns.join(', ')} FROM ${table}`)
      .raw()
      .all() as Row[]
  }
  try {
    const rows = select<ExecutionRow>('perdure_executions', ...executionColumns)
    const keys = new Map(rows.map((row) => [row[0], keyOf(row)]))
    const values = new Map(
      select<[number, ...ValuesRow]>('perdure_execution_values', 'run_id', ...valuesColumns).map(
        ([runId, ...row]) => [runId, toRunValues(row)],
      ),
    )
    return {
      runs: rows.map((row) => ({
        ...toRunState(row),
        ...(values.get(row[0]) ?? lostValues),
        claimAt: row[executionColumns.indexOf('claim_at')] as number | null,
        isSuspect: row[executionColumns.indexOf('suspect')] !== 0,
        isToTryAlone: row[executionColumns.indexOf('suspect')] === 2,
        retryableSince: row[executionColumns.indexOf('retryable_since')] as number | null,
      })),
      operations: select<[number, ...OperationRow]>('perdure_operations', 'run_id', ...operationColumns).map(
        ([runId, ...row]) => ({ ...(keys.get(runId) ?? nobody), ...toOperation(row) }),
      ),
      inbox: select<[string, string, ...MessageRow]>(
        'perdure_messages',
        'namespace',
        'execution_id',
        ...messageColumns,
      ).map(([namespace, executionId, ...row]) => ({ namespace, executionId, ...toMessage(row) })),
      relays: select<[string, string, number, string]>(
        'perdure_relays',
        'namespace',
        'execution_id',
        'run_no',
        'action',
      ).map(([namespace, executionId, runNo, action]) => ({
        namespace,
        executionId,
        runNo,
        action: JSON.parse(action),
      })),
      workers: select<WorkerRow>('perdure_workers', ...workerColumns).map(toWorker),
    }
  } finally {
    database.close()
  }
}

/** Where a row points to no run: the audit will say so. */
const nobody: RunKey = { namespace: '?', executionId: '?', runNo: 0 }

function keyOf([, , namespace, executionId, runNo]: ExecutionRow): RunKey {
  return { namespace, executionId, runNo }
}
