import type { HistoryEvent } from '@perdure/engine'
import { describeError } from './describe.js'
import { cellOf, type Grid } from './grid.js'
import { operationKey } from './scene.js'

/** What the history says of an operation, by names instead of ids and by cells instead of instants. */
export interface OperationSummary {
  /** Path, name and occurrence. */
  readonly key: string
  readonly kind: string
  /** `open` until it has ended. */
  readonly status: string
  readonly error: string
  readonly attempts: number
  readonly startedIn: number
  readonly endedIn: number | null
}

type Started = Extract<HistoryEvent, { readonly kind: 'OperationStarted' }>
type Ended = Extract<HistoryEvent, { readonly kind: 'OperationEnded' }>

/** Operations in the order in which they ended; those that never did come last. */
export function readOperations(history: readonly HistoryEvent[], grid: Grid): readonly OperationSummary[] {
  const started = history.filter((event): event is Started => event.kind === 'OperationStarted')
  const ended = history.filter((event): event is Ended => event.kind === 'OperationEnded')
  const byId = new Map(started.map((event) => [event.operationId, event]))
  const endedIds = new Set(ended.map(({ operationId }) => operationId))
  return [
    ...ended.map((event) => summary(byId.get(event.operationId) ?? event, event)),
    ...started
      .filter(({ operationId }) => !endedIds.has(operationId))
      .map((event) => summary(event, undefined)),
  ]

  function summary(start: Started | Ended, end: Ended | undefined): OperationSummary {
    return {
      key: keyOf(start),
      kind: `${start.type} ${start.subType}`,
      status: end?.status ?? 'open',
      error: end?.error === undefined ? '' : describeError(end.error),
      attempts: end?.attempts ?? 0,
      startedIn: cellOf(grid, start.at.getTime()),
      endedIn: end === undefined ? null : cellOf(grid, end.at.getTime()),
    }
  }

  function keyOf({ parentId, name, occurrence }: Started | Ended): string {
    const parent = parentId === undefined ? undefined : byId.get(parentId)
    const path = parent === undefined ? '' : `${keyOf(parent)}/`
    return operationKey(path, name, occurrence)
  }
}

export function printOperation(operation: OperationSummary): string {
  const { key, kind, status, error, attempts, startedIn, endedIn } = operation
  const when = endedIn === null ? `${startedIn}…` : `${startedIn}…${endedIn}`
  return `[${when}] ${key} (${kind}) ${status}${attempts > 1 ? ` after ${attempts} attempts` : ''}${error && `: ${error}`}`
}
