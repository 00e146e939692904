import type { RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { FencedAnswer } from '../store.js'

/** What a holder hears that holds the run no more; with its end, if it has ended. */
export function fencedAnswer({ status }: Pick<RunState, 'status'>): FencedAnswer {
  return isTerminal(status) ? { kind: 'fenced', status } : { kind: 'fenced' }
}
