import { describe, expect, it } from 'vitest'
import type { CreateContextDriver } from '../context/context-driver.js'
import type { CreateStoreUnderTest } from '../store/store-under-test.js'
import { checkRandomWorkflows } from './check-random-workflows.js'
import { driverPlace, storePlace } from './place.js'
import { printReport } from './random-report.js'

export type RandomWorkflowsOptions = {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  /** How many programs. @default 1_000 */
  readonly runs?: number
} & (RandomWorkflowsOnStore | RandomWorkflowsOnDriver)

export interface RandomWorkflowsOnStore {
  readonly create: CreateStoreUnderTest
}

/** For an adapter whose service owns leases and timers. */
export interface RandomWorkflowsOnDriver {
  readonly driver: CreateContextDriver
  /** The longest, in milliseconds, that one crash or one failed write delays an execution. */
  readonly recoversWithinMs: number
}

/**
 * Declares a test that runs random workflows twice: undisturbed, and with crashes, failed writes, lost answers and
 * replaced processes. Both must do the same.
 *
 * A program is drawn from every kind of operation that the adapter has, nested and side by side, with what the outside
 * does to it. The seed is in the title; a failure shows the smallest program that was found, what went wrong around it,
 * and both histories. `PERDURE_SEED` repeats a run, or one program of it; `PERDURE_RUNS` runs more of them, or fewer.
 *
 * How can two runs be compared, when a crash costs time and concurrency has no order?
 *
 * - **A crash moves nothing to another instant.** Everything happens on a grid that is coarse enough for any recovery;
 *   what is timed aims for a point of it, so it fires there however late it was set.
 * - **Where the order of what ends at one instant may differ, nothing depends on it.** A program either holds what
 *   observes that order (races, events that several wait for, code that nobody awaits) and is compared with it, or
 *   holds what a crash may shift in it (at-most-once steps, recorded starts, bodies that take turns) and is compared
 *   without.
 * - What is never the same twice, such as random numbers, is numbered by where it first appears.
 * - Where nobody works for a while and much is overdue afterwards, only the passes over the run are compared with one
 *   another: none may see anything else than those before.
 *
 * @example
 * ```ts
 * import { randomWorkflows } from '@perdure/conformance'
 * import { memory } from '@perdure/memory'
 *
 * randomWorkflows({
 *   name: 'memory',
 *   create: async ({ clock }) => {
 *     const store = memory({ clock })
 *     const { database } = store
 *     return { store, probe: async () => database.rows(), destroy: () => store.close() }
 *   },
 * })
 * ```
 */
export function randomWorkflows(options: RandomWorkflowsOptions): void {
  const { name } = options
  const place =
    'create' in options ? storePlace(options.create) : driverPlace(options.driver, options.recoversWithinMs)
  const { seed, path } = seedOf(process.env['PERDURE_SEED'])
  // A path leads to one program.
  const runs = path === '' ? (runsOf(process.env['PERDURE_RUNS']) ?? options.runs ?? 1_000) : 1

  describe(`${name} under random workflows`, () => {
    const title = `${runs} of them do with crashes what they do without, PERDURE_SEED=${seed}`
    it(title, { timeout: Math.max(leastTimeoutMs, runs * timeoutMsPerRun) }, async () => {
      const report = await checkRandomWorkflows(place, { runs, seed, path })
      console.info(`${name}: ${printReport(report)}`)
      if (runs >= runsForAll) expect(report.missed).toEqual([])
    })
  })
}

/** What a failure prints is given back: a seed, or a seed and the path of a program, with a colon between. */
function seedOf(given: string | undefined): { readonly seed: number; readonly path: string } {
  if (given === undefined || given === '') return { seed: Math.trunc(Math.random() * 2 ** 31), path: '' }
  const [seed = '', ...path] = given.split(':')
  if (!/^-?\d+$/.test(seed))
    throw new Error(`PERDURE_SEED is to be a whole number, or one and a path: ${given}`)
  return { seed: Number(seed), path: path.join(':') }
}

function runsOf(given: string | undefined): number | undefined {
  if (given === undefined || given === '') return undefined
  if (!/^[1-9]\d*$/.test(given)) throw new Error(`PERDURE_RUNS is to be a whole number above 0: ${given}`)
  return Number(given)
}

/** Also for shrinking: each smaller program is run twice. */
const leastTimeoutMs = 180_000
const timeoutMsPerRun = 300
/** Among so many programs there is every kind of node. */
const runsForAll = 500
