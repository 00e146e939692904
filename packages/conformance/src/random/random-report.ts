import type { NodeKind } from './node-kind.js'
import type { Performance } from './performance.js'

/** What was done in a run over random programs. */
export interface RandomReport {
  readonly seed: number
  /** Programs that were run with and without crashes. */
  readonly programs: number
  /** Programs that observe the order of what may end in any: nothing can be said of them. */
  readonly skipped: number
  /** Operations in the histories without crashes. */
  readonly operations: number
  /** Writes and passes in the runs with crashes. */
  readonly writes: number
  readonly passes: number
  readonly tookMs: number
  /** Nodes that were reached without crashes, by kind. */
  readonly reached: Readonly<Record<string, number>>
  /** Kinds that were not, although the adapter has them. */
  readonly missed: readonly string[]
  /** How executions ended. */
  readonly endings: Readonly<Record<string, number>>
  /** Faults that took place, by kind. */
  readonly faults: Readonly<Record<string, number>>
}

/** Adds up what was done. */
export class RandomTally {
  readonly #reached = new Map<string, number>()
  readonly #endings = new Map<string, number>()
  readonly #faults = new Map<string, number>()
  #programs = 0
  #skipped = 0
  #operations = 0
  #writes = 0
  #passes = 0

  skip(): void {
    this.#skipped += 1
  }

  add(twin: Performance, crashed: Performance): void {
    this.#programs += 1
    this.#operations += twin.operations.length
    this.#writes += crashed.writeCount
    this.#passes += crashed.passes.length
    addAll(this.#reached, twin.reached)
    addAll(this.#endings, new Map([[twin.status, 1]]))
    addAll(this.#faults, crashed.faults)
  }

  report(seed: number, tookMs: number, kinds: readonly NodeKind[]): RandomReport {
    return {
      seed,
      programs: this.#programs,
      skipped: this.#skipped,
      operations: this.#operations,
      writes: this.#writes,
      passes: this.#passes,
      tookMs: Math.round(tookMs),
      reached: Object.fromEntries(this.#reached),
      missed: kinds.map(({ kind }) => kind).filter((kind) => !this.#reached.has(kind)),
      endings: Object.fromEntries(this.#endings),
      faults: Object.fromEntries(this.#faults),
    }
  }
}

export function printReport(report: RandomReport): string {
  const { seed, programs, skipped, operations, writes, passes, tookMs, reached, endings, faults } = report
  return [
    `${programs} random programs in ${(tookMs / 1_000).toFixed(1)} s (seed ${seed}; ${skipped} more were skipped)`,
    `${operations} operations; with crashes ${writes} writes in ${passes} passes`,
    `reached: ${printCounts(reached)}`,
    `ended: ${printCounts(endings)}`,
    `went wrong: ${printCounts(faults)}`,
  ].join('\n  ')
}

function printCounts(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ')
}

function addAll(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) sums.set(name, (sums.get(name) ?? 0) + count)
}
