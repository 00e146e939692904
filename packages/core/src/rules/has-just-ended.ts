import type { RunState } from '../records.js'
import { isTerminal } from '../statuses.js'

/** Whether a change of a run's row is its end: then the run takes the next place among those that have finished. */
export function hasJustEnded(before: Pick<RunState, 'status'>, after: Pick<RunState, 'status'>): boolean {
  return isTerminal(after.status) && !isTerminal(before.status)
}
