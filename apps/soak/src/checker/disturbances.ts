import type { FleetLine } from '../effects/log-line.js'

interface Disturbance {
  readonly from: number
  readonly until: number
  /** By a run, and not by us or the machine. */
  readonly isDeath: boolean
}

/** When workers were down, stood still, or had no time. A bound is counted from the end of the last of it. */
export class Disturbances {
  readonly #all: readonly Disturbance[]

  constructor(all: readonly Disturbance[]) {
    this.#all = all
  }

  /** `lines` in the order of time. */
  static of(lines: readonly FleetLine[]): Disturbances {
    const all: Disturbance[] = []
    const open = new Map<string, Omit<Disturbance, 'until'>>()
    const close = (name: string, until: number): void => {
      const begun = open.get(name)
      if (begun !== undefined) all.push({ ...begun, until })
      open.delete(name)
    }
    for (const line of lines) {
      switch (line.kind) {
        case 'killed':
        case 'frozen':
        case 'unplugged':
          open.set(line.name, { from: open.get(line.name)?.from ?? line.at, isDeath: false })
          break
        case 'died':
        case 'poisoned':
          open.set(line.name, { from: line.at, isDeath: true })
          break
        case 'up':
        case 'thawed':
        case 'plugged':
          close(line.name, line.at)
          break
        case 'stalled':
          all.push({ from: line.at - line.forMs, until: line.at, isDeath: false })
          break
        case 'closed':
          for (const name of open.keys()) close(name, line.at)
      }
    }
    return new Disturbances(all)
  }

  /** By how much a thing came after its due time, counted in peace. */
  overdueMs(dueAt: number, doneAt: number, excuse: 'all' | 'not deaths'): number {
    let countedFrom = dueAt
    for (const { from, until, isDeath } of this.#all) {
      if (from > doneAt || (isDeath && excuse === 'not deaths')) continue
      countedFrom = Math.max(countedFrom, until)
    }
    return doneAt - countedFrom
  }

  /** Whether a run took a worker down since then. */
  hasDeathSince(at: number): boolean {
    return this.#all.some(({ from, isDeath }) => isDeath && from >= at)
  }
}
