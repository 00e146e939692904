import type { LoadPage, LoadRequest, OperationRecord } from '@perdure/core'
import { findOperationDamage, isSettled } from '@perdure/core'
import type { Act } from '../act.js'
import { cursorNumber } from '../cursor-number.js'
import { withoutDamaged } from '../damage.js'

/** Pages go by `startSeq`, which no row ever changes. */
export function load(act: Act, request: LoadRequest): LoadPage {
  const { cursor, limit, everything = false } = request
  const after = cursor === undefined ? Number.NEGATIVE_INFINITY : cursorNumber(cursor, cursor)
  const journal = act.database.operations(request)
  const rest = [...journal.values()]
    .filter(({ startSeq }) => startSeq > after)
    .filter((operation) => everything || !isHidden(operation, journal))
    .sort((a, b) => a.startSeq - b.startSeq)
  const operations = rest.slice(0, limit)
  const last = operations.at(-1)
  const { rows, damage } = withoutDamaged(operations, findOperationDamage)
  const isMore = rest.length > limit && last !== undefined
  return { operations: rows, cursor: isMore ? String(last.startSeq) : null, ...damage }
}

/** True if any context around the operation is closed and need not be replayed. */
function isHidden(operation: OperationRecord, journal: ReadonlyMap<string, OperationRecord>): boolean {
  const parent = operation.parentId === null ? undefined : journal.get(operation.parentId)
  if (parent === undefined) return false
  const isClosed = parent.type === 'CONTEXT' && isSettled(parent.status)
  return (isClosed && parent.extras?.['replayChildren'] !== true) || isHidden(parent, journal)
}
