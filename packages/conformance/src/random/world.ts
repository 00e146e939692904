import { Agenda } from './agenda.js'
import { Bodies } from './bodies.js'
import { cellOf, type Grid, timerAt } from './grid.js'
import { PassLog } from './pass-log.js'

/** What is outside of one execution and outlives its processes. */
export class World {
  readonly grid: Grid
  readonly bodies: Bodies
  /** When there is something to look at. */
  readonly agenda: Agenda = new Agenda()
  readonly passes: PassLog[] = []
  /** How many nodes of each kind were reached, by every pass. */
  readonly reached: Map<string, number> = new Map()
  readonly now: () => number

  /** `begins` is told of every body, and says whether it has taken its process with it. */
  constructor(grid: Grid, seed: number, now: () => number, begins: () => boolean) {
    this.grid = grid
    this.bodies = new Bodies(seed, begins)
    this.now = now
  }

  beginPass(): PassLog {
    const pass = new PassLog()
    this.passes.push(pass)
    return pass
  }

  /** The process is gone, with the pass that it had. */
  die(): void {
    this.bodies.die()
    for (const pass of this.passes) pass.isOver = true
  }

  /** When the timers of a cell fire. */
  instantOf(cell: number): number {
    const at = timerAt(this.grid, cell)
    this.agenda.add(at)
    return at
  }

  /** How long it is until the timers of a cell fire; 0 if they have. */
  untilCell(cell: number): number {
    return Math.max(0, this.instantOf(cell) - this.now())
  }

  /** An attempt has failed: how long it is until the next one, in the cell after so many more. */
  untilRetry(key: string, cells: number): number {
    // No settlement need have been delivered since the attempt began: the time that the workflow sees is too old.
    const cell = cellOf(this.grid, this.now()) + cells
    this.bodies.retry(key, { failedAt: this.now(), dueAt: timerAt(this.grid, cell) })
    return this.untilCell(cell)
  }
}
