import type { Evidence } from './evidence.js'
import { type Column, columns, type Fault } from './fault.js'
import type { Tally } from './tally.js'

/** Faults of one column that are kept in full. */
const mostShown = 20

/** What a soak has found: counts of everything, and the first faults of each column. */
export class Findings {
  readonly tally: Tally
  readonly #counts = new Map<Column, number>()
  readonly #faults: Fault[] = []
  readonly #ends = new Map<string, number>()

  constructor(tally: Tally) {
    this.tally = tally
  }

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      const count = this.of(fault.column) + 1
      this.#counts.set(fault.column, count)
      if (count <= mostShown) this.#faults.push(fault)
    }
  }

  count({ runs }: Evidence): void {
    for (const end of runs.map(({ row }) => row.blocked?.reason ?? row.status))
      this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1)
  }

  of(column: Column): number {
    return this.#counts.get(column) ?? 0
  }

  get faults(): readonly Fault[] {
    return this.#faults
  }

  /** How many runs came to which end. */
  get ends(): ReadonlyMap<string, number> {
    return this.#ends
  }

  get isClean(): boolean {
    return columns.every((column) => this.of(column) === 0)
  }
}
