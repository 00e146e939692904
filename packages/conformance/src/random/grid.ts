/**
 * The instants at which anything happens in a random workflow.
 *
 * Time is cut into cells. **Timers fire at the beginning of a cell, the outside acts in the middle of one, a time limit
 * passes at a quarter**, and all that faults delay is done before the next of these instants: so a crash moves nothing
 * to another cell, and what happened before what is the same with and without it.
 */
export interface Grid {
  readonly startsAt: number
  readonly cellMs: number
}

/** Faults of one performance, at most. */
export const maxFaults = 8
/** Processes that are replaced while nothing goes on, at most. */
export const maxReplacements = 3
/** Bodies that take their process with them, at most. */
export const maxDeaths = 2
/** After so long an attempt that hangs has failed: later than a write that fails was tried again, and in its cell. */
export const attemptTimeoutMs = 400

/** `recoveryMs`: the longest that one fault delays anything. */
export function createGrid(startsAt: number, recoveryMs: number): Grid {
  return { startsAt, cellMs: 8 * (maxFaults + maxDeaths + maxReplacements + 1) * Math.max(recoveryMs, 1_000) }
}

/** When a timer fires that is set for a cell. */
export function timerAt({ startsAt, cellMs }: Grid, cell: number): number {
  return startsAt + cell * cellMs
}

/** When the outside does what it does in a cell. */
export function outsideAt(grid: Grid, cell: number): number {
  return timerAt(grid, cell) + grid.cellMs / 2
}

/** How long a time limit is that passes in a cell, `from` which it is counted. */
export function limitMs({ cellMs }: Grid, cells: number): number {
  return cells * cellMs + cellMs / 4
}

/** When a time limit has passed that the outside set off so many cells before, in the middle of a cell. */
export function graceEndsBy(grid: Grid, cell: number): number {
  return timerAt(grid, cell + 1) - grid.cellMs / 8
}

/** Clocks that count in whole milliseconds from one another's answers may be early by a few. */
const slackMs = 5

export function cellOf({ startsAt, cellMs }: Grid, at: number): number {
  return Math.floor((at + slackMs - startsAt) / cellMs)
}
