import type { FinishedPage, FinishedRequest } from '@perdure/core'
import { parseCursor } from '../cursor.js'
import type { Statements } from '../statements.js'

/** Numbers are given out under the write lock, so none becomes visible after a higher one. */
export function finishedSince(sql: Statements, { namespace, cursor, limit }: FinishedRequest): FinishedPage {
  if (cursor === null) return { finished: [], cursor: JSON.stringify([lastPlace(sql, namespace)]) }
  const [after] = parseCursor(cursor, isPlace)
  const rows = sql.all<FinishedRow>(selectFinished, namespace, after ?? 0, limit)
  const finished = rows.map(([, executionId, runNo]) => ({ namespace, executionId, runNo }))
  return { finished, cursor: JSON.stringify([rows.at(-1)?.[0] ?? after]) }
}

function isPlace(part: unknown): part is number {
  return Number.isSafeInteger(part)
}

function lastPlace(sql: Statements, namespace: string): number {
  return sql.get<[finishSeq: number | null]>(selectLast, namespace)?.[0] ?? 0
}

type FinishedRow = readonly [finishSeq: number, executionId: string, runNo: number]

const selectLast = `SELECT max(finish_seq) FROM perdure_executions INDEXED BY perdure_executions_finished
  WHERE namespace = ? AND finish_seq IS NOT NULL`

const selectFinished = `SELECT finish_seq, execution_id, run_no
  FROM perdure_executions INDEXED BY perdure_executions_finished
  WHERE namespace = ? AND finish_seq > ? ORDER BY finish_seq LIMIT ?`
