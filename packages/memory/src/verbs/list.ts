import type { ListPage, ListRequest, RunRecord } from '@perdure/core'
import type { Act } from '../act.js'
import { cursorNumber } from '../cursor-number.js'
import { readable } from '../damage.js'

/** Pages go by creation, then by id, both of which stay: a run that is created meanwhile shifts no page. */
export function list(act: Act, { namespace, statuses, cursor, limit }: ListRequest): ListPage {
  const isBehind = cursor === undefined ? () => true : behind(cursor)
  const rest = act.database
    .newestRuns()
    .filter((run) => run.namespace === namespace)
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .filter(isBehind)
    .sort(newestFirst)
  const runs = rest.slice(0, limit).map(readable)
  const last = runs.at(-1)
  return { runs, cursor: rest.length > limit && last !== undefined ? cursorOf(last) : null }
}

type Position = Pick<RunRecord, 'createdAt' | 'executionId'>

function newestFirst(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  if (a.executionId === b.executionId) return 0
  return a.executionId < b.executionId ? 1 : -1
}

function cursorOf({ createdAt, executionId }: Position): string {
  return `${createdAt} ${executionId}`
}

function behind(cursor: string): (run: Position) => boolean {
  const space = cursor.indexOf(' ')
  const position: Position = {
    createdAt: cursorNumber(cursor.slice(0, Math.max(0, space)), cursor),
    executionId: cursor.slice(space + 1),
  }
  return (run) => newestFirst(position, run) < 0
}
