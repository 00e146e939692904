import type { ListPage, ListRequest } from '@perdure/core'
import { parseCursor } from '../cursor.js'
import { RunTable } from '../run-table.js'
import type { Statements } from '../statements.js'

/** Pages go by creation, then by id, both of which stay: a run that is created meanwhile shifts no page. */
export function list(sql: Statements, { namespace, statuses, cursor, limit }: ListRequest): ListPage {
  const [[createdAt, executionId] = first] = cursor === undefined ? [first] : parseCursor(cursor, isPosition)
  const wanted = statuses.length === 0 ? null : JSON.stringify(statuses)
  const rows = sql.all<ListRow>(selectRuns, { namespace, createdAt, executionId, wanted, limit: limit + 1 })
  const last = rows.length > limit ? rows[limit - 1] : undefined
  const runs = new RunTable(sql)
  const held = rows.slice(0, limit).flatMap(([runId]) => runs.byId(runId) ?? [])
  return {
    runs: held.map((run) => runs.record(run)),
    cursor: last === undefined ? null : JSON.stringify([last.slice(1)]),
  }
}

type Position = readonly [createdAt: number, executionId: string]

/** Before every run: newest first. */
const first: Position = [Number.MAX_SAFE_INTEGER, '']

function isPosition(part: unknown): part is Position {
  return (
    Array.isArray(part) && part.length === 2 && typeof part[0] === 'number' && typeof part[1] === 'string'
  )
}

type ListRow = readonly [runId: number, ...Position]

const selectRuns = `
  SELECT e.run_id, e.created_at, e.execution_id
  FROM perdure_executions AS e INDEXED BY perdure_executions_created
  WHERE e.namespace = @namespace AND (e.created_at, e.execution_id) < (@createdAt, @executionId)
    AND (@wanted IS NULL OR e.status IN (SELECT value FROM json_each(@wanted)))
    AND NOT EXISTS (
      SELECT 1 FROM perdure_executions AS newer
      WHERE newer.namespace = e.namespace AND newer.execution_id = e.execution_id AND newer.run_no > e.run_no
    )
  ORDER BY e.created_at DESC, e.execution_id DESC LIMIT @limit`
