import type { LoadPage, LoadRequest, OperationRecord } from '@perdure/core'
import { findOperationDamage, isSettled } from '@perdure/core'
import { parseCursor } from '../cursor.js'
import { type OperationRow, operationColumns, toOperation } from '../rows.js'
import { columnList, type Statements } from '../statements.js'
import { withoutDamaged } from '../without-damaged.js'

export function load(sql: Statements, request: LoadRequest): LoadPage {
  const { namespace, executionId, runNo, cursor } = request
  const run = sql.get<[runId: number]>(selectRunId, namespace, executionId, runNo)
  if (run === undefined) return { operations: [], cursor: null }
  const from = cursor === undefined ? [start] : parseCursor(cursor, isPosition)
  return request.everything
    ? loadAll(sql, run[0], from, request.limit)
    : walk(sql, run[0], from, request.limit)
}

/** What is left to read of a context: its operations after one of them. */
type Position = readonly [parentId: string, afterStartSeq: number]

const start: Position = ['', 0]

function isPosition(part: unknown): part is Position {
  return (
    Array.isArray(part) && part.length === 2 && typeof part[0] === 'string' && typeof part[1] === 'number'
  )
}

/**
 * Goes down through the contexts that are to be replayed. What lies in a closed one is never visited, so a page costs
 * what it returns, and the cursor is what is left to walk.
 */
function walk(sql: Statements, runId: number, from: readonly Position[], limit: number): LoadPage {
  const left = [...from]
  const operations: OperationRecord[] = []
  while (operations.length < limit) {
    const position = left.pop()
    if (position === undefined) break
    const [parentId, after] = position
    const room = limit - operations.length
    const rows = sql.all<OperationRow>(selectInContext, runId, parentId, after, room + 1)
    const page = rows.slice(0, room).map(toOperation)
    const last = page.at(-1)
    if (rows.length > room && last !== undefined) left.push([parentId, last.startSeq])
    for (const operation of page) {
      operations.push(operation)
      if (isOpen(operation)) left.push([operation.operationId, 0])
    }
  }
  return pageOf(operations, left.length === 0 ? null : JSON.stringify(left))
}

/** Without the rows that cannot be read. */
function pageOf(operations: readonly OperationRecord[], cursor: string | null): LoadPage {
  const { readable, damage } = withoutDamaged(operations, findOperationDamage)
  return { operations: readable, cursor, ...damage }
}

function isOpen({ type, status, extras }: OperationRecord): boolean {
  return type === 'CONTEXT' && (!isSettled(status) || extras?.['replayChildren'] === true)
}

function loadAll(
  sql: Statements,
  runId: number,
  [position = start]: readonly Position[],
  limit: number,
): LoadPage {
  const rows = sql.all<OperationRow>(selectEverything, runId, ...position, limit + 1)
  const operations = rows.slice(0, limit).map(toOperation)
  const last = rows.length > limit ? operations.at(-1) : undefined
  return pageOf(
    operations,
    last === undefined ? null : JSON.stringify([[last.parentId ?? '', last.startSeq]]),
  )
}

const columns = columnList(operationColumns)

const selectRunId =
  'SELECT run_id FROM perdure_executions WHERE namespace = ? AND execution_id = ? AND run_no = ?'

const selectInContext = `SELECT ${columns} FROM perdure_operations
  WHERE run_id = ? AND parent_id = ? AND start_seq > ? ORDER BY start_seq LIMIT ?`

const selectEverything = `SELECT ${columns} FROM perdure_operations
  WHERE run_id = ? AND (parent_id, start_seq) > (?, ?) ORDER BY parent_id, start_seq LIMIT ?`
