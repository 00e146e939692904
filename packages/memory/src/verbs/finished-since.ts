import type { FinishedPage, FinishedRequest } from '@perdure/core'
import type { Act } from '../act.js'
import { cursorNumber } from '../cursor-number.js'

export function finishedSince(
  { database }: Act,
  { namespace, cursor, limit }: FinishedRequest,
): FinishedPage {
  const all = database.finished(namespace)
  const from = cursor === null ? all.length : cursorNumber(cursor, cursor)
  const finished = all.slice(from, from + limit)
  return { finished, cursor: String(from + finished.length) }
}
