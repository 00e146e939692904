import type { FleetLine } from '../effects/log-line.js'

interface Span {
  readonly from: number
  readonly until: number
}

interface Disturbance extends Span {
  /** By a run, and not by us or the machine. */
  readonly isDeath: boolean
}

/** When workers were down, stood still, or had no time. A bound is counted from the end of the last of it. */
export class Disturbances {
  readonly #all: readonly Disturbance[]
  /** When there was no worker at all. */
  readonly #gaps: readonly Span[]

  constructor(all: readonly Disturbance[], gaps: readonly Span[]) {
    this.#all = all
    this.#gaps = gaps
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
    return new Disturbances(all, gapsIn(lines))
  }

  /** By how much a thing came after its due time, counted in peace. */
  overdueMs(dueAt: number, doneAt: number, excuse: 'all' | 'not deaths'): number {
    let countedFrom = dueAt
    for (const { from, until, isDeath } of this.#all) {
      if (from > doneAt || (isDeath && excuse === 'not deaths')) continue
      countedFrom = Math.max(countedFrom, until)
    }
    if (excuse === 'all') return doneAt - countedFrom
    const gone = this.#gaps.map(({ from, until }) => Math.min(until, doneAt) - Math.max(from, countedFrom))
    return doneAt - countedFrom - gone.reduce((sum, each) => sum + Math.max(0, each), 0)
  }

  /** Whether a run took a worker down since then. */
  hasDeathSince(at: number): boolean {
    return this.#all.some(({ from, isDeath }) => isDeath && from >= at)
  }
}

/** From the moment when the last worker was gone to the moment when the first of them was back. */
function gapsIn(lines: readonly FleetLine[]): readonly Span[] {
  const gaps: Span[] = []
  const there = new Set<string>()
  let from: number | undefined
  for (const line of lines) {
    if (!('name' in line) || !line.name.startsWith('worker')) continue
    if (line.kind === 'up' || line.kind === 'thawed' || line.kind === 'plugged') there.add(line.name)
    else there.delete(line.name)
    if (there.size === 0) from ??= line.at
    else if (from !== undefined) {
      gaps.push({ from, until: line.at })
      from = undefined
    }
  }
  return gaps
}
