import type { Capabilities } from '@perdure/core'
import { silentLogger } from '@perdure/core'
import fc from 'fast-check'
import { differences } from './compare.js'
import { aimed, type CrashPlan, crashPlans, noCrash, printPlan } from './crash-plan.js'
import { type Place, perform } from './perform.js'
import type { Performance } from './performance.js'
import { printProgram } from './print-program.js'
import { type Program, programs } from './program.js'
import { printOperation } from './read-operations.js'

export interface RandomRunOptions {
  readonly runs: number
  readonly seed: number
  /** Where in the tree of shrunk programs to look; '' is the whole tree. */
  readonly path: string
  /** Stop at the first failure, and do not look for a smaller one. */
  readonly endOnFailure?: boolean
}

/** What was done, for reports. */
export interface RandomReport {
  readonly seed: number
  readonly programs: number
  /** Programs that observe the order of what may end in any: nothing can be said of them. */
  readonly skipped: number
  readonly operations: number
  readonly writes: number
  readonly passes: number
  readonly tookMs: number
  /** Nodes that were reached without crashes, by kind. */
  readonly reached: Readonly<Record<string, number>>
  /** How executions ended. */
  readonly endings: Readonly<Record<string, number>>
  /** Faults that took place, by kind. */
  readonly faults: Readonly<Record<string, number>>
}

/** Runs random programs with and without crashes. Rejects with the smallest that it makes a difference to. */
export async function checkRandomWorkflows(place: Place, options: RandomRunOptions): Promise<RandomReport> {
  const { runs: numRuns, seed, path, endOnFailure = false } = options
  const tally = new Tally()
  const began = performance.now()
  const property = fc.asyncProperty(programs(await manifestOf(place)), crashPlans(), (program, plan) =>
    check(program, plan, place, tally),
  )
  const details = await fc.check(property, { numRuns, seed, path, endOnFailure })
  if (details.failed) {
    const repeat = `PERDURE_SEED=${details.seed}:${details.counterexamplePath}`
    const { errorInstance } = details
    const story = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
    throw new Error(
      `Program ${details.numRuns} of ${numRuns}, shrunk ${details.numShrinks} times; ${repeat} repeats it.\n\n${story}`,
    )
  }
  return tally.report(seed, performance.now() - began)
}

async function check(program: Program, plan: CrashPlan, place: Place, tally: Tally): Promise<void> {
  let twin: Performance | undefined
  let crashed: Performance | undefined
  let aim = plan
  let found: readonly string[]
  try {
    twin = await perform(program, place, noCrash)
    if (program.isOrdered && twin.hasTie) return tally.skip()
    aim = aimed(plan, twin.writeCount)
    crashed = await perform(program, place, aim)
    tally.add(twin, crashed)
    found = differences(program, twin, crashed)
  } catch (error) {
    found = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
  if (found.length === 0) return
  const parts = {
    'What differs': found.join('\n'),
    Program: printProgram(program),
    'What goes wrong': printPlan(aim),
    'History without crashes': printHistory(twin),
    'History with crashes': printHistory(crashed),
  }
  throw new Error(
    Object.entries(parts)
      .map(([title, text]) => `${title}:\n${text.replaceAll(/^/gm, '  ')}`)
      .join('\n\n'),
  )
}

function printHistory(history: Performance | undefined): string {
  if (history === undefined) return 'it did not come to its end'
  return [...history.operations.map(printOperation), history.outcome].join('\n')
}

async function manifestOf(place: Place): Promise<Capabilities> {
  const { driver } = await place.open({ logger: silentLogger, evicts: false })
  await driver.close()
  return driver.capabilities
}

class Tally {
  readonly #reached = new Map<string, number>()
  readonly #endings = new Map<string, number>()
  readonly #faults = new Map<string, number>()
  #programs = 0
  #operations = 0
  #writes = 0
  #passes = 0
  #skipped = 0

  skip(): void {
    this.#skipped += 1
  }

  add(twin: Performance, crashed: Performance): void {
    this.#programs += 1
    this.#operations += twin.operations.length
    this.#writes += crashed.writeCount
    this.#passes += crashed.passes.length
    addAll(this.#reached, twin.reached)
    addAll(this.#endings, new Map([[twin.outcome.split(' ', 1)[0] ?? '', 1]]))
    addAll(this.#faults, crashed.faults)
  }

  report(seed: number, tookMs: number): RandomReport {
    return {
      seed,
      programs: this.#programs,
      skipped: this.#skipped,
      operations: this.#operations,
      writes: this.#writes,
      passes: this.#passes,
      tookMs,
      reached: Object.fromEntries(this.#reached),
      endings: Object.fromEntries(this.#endings),
      faults: Object.fromEntries(this.#faults),
    }
  }
}

function addAll(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) sums.set(name, (sums.get(name) ?? 0) + count)
}
