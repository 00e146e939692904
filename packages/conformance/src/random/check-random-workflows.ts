import { type Capabilities, silentLogger } from '@perdure/core'
import fc from 'fast-check'
import { differences } from './compare.js'
import { aimed, type CrashPlan, crashPlans, isLate, noCrash, printPlan } from './crash-plan.js'
import { perform } from './perform.js'
import type { Performance } from './performance.js'
import type { Place } from './place.js'
import { printProgram } from './print-program.js'
import { kindsFor, type Program, programs } from './program.js'
import { type RandomReport, RandomTally } from './random-report.js'
import { printOperation } from './read-operations.js'

export interface RandomRunOptions {
  readonly runs: number
  readonly seed: number
  /** Leads to one program, as a failure printed it. @default '' */
  readonly path?: string
  /** Show the first failure as it was found. @default false */
  readonly endOnFailure?: boolean
}

/** Runs random programs with and without crashes. Rejects with the smallest to which it makes a difference. */
export async function checkRandomWorkflows(place: Place, options: RandomRunOptions): Promise<RandomReport> {
  const { runs: numRuns, seed, path = '', endOnFailure = false } = options
  const tally = new RandomTally()
  const began = performance.now()
  const manifest = await manifestOf(place)
  const property = fc.asyncProperty(programs(manifest), crashPlans(), (program, plan) =>
    check(program, plan, place, tally),
  )
  const { failed, errorInstance, ...details } = await fc.check(property, {
    numRuns,
    seed,
    path,
    endOnFailure,
  })
  if (failed) {
    const story = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
    const which = `Program ${details.numRuns} of ${numRuns}, shrunk ${details.numShrinks} times`
    const repeat = `PERDURE_SEED=${details.seed}:${details.counterexamplePath}`
    throw new Error(`${which}; ${repeat} repeats it.\n\n${story}`)
  }
  return tally.report(seed, performance.now() - began, kindsFor(manifest))
}

async function check(program: Program, plan: CrashPlan, place: Place, tally: RandomTally): Promise<void> {
  const story: Story = { program, plan }
  const found = await compare(story, place).catch((error: unknown) => [textOf(error)])
  if (found.length > 0) throw new Error(tell(story, found))
  const { twin, crashed } = story
  if (twin !== undefined && crashed !== undefined) return tally.add(twin, crashed)
  tally.skip()
  // Another program takes its place.
  fc.pre(false)
}

async function compare(story: Story, place: Place): Promise<readonly string[]> {
  const { program } = story
  story.twin = await perform(program, place, noCrash)
  if (program.isOrdered && story.twin.hasTie) return []
  story.plan = aimed(story.plan, story.twin)
  story.crashed = await perform(program, place, story.plan)
  return differences(program, story.twin, story.crashed, isLate(story.plan))
}

/** What is known of a program when it fails. */
interface Story {
  readonly program: Program
  plan: CrashPlan
  twin?: Performance
  crashed?: Performance
}

function tell({ program, plan, twin, crashed }: Story, found: readonly string[]): string {
  const parts = {
    'What differs': found.join('\n'),
    Program: printProgram(program),
    'What goes wrong': printPlan(plan),
    'History without crashes': printHistory(twin),
    'History with crashes': printHistory(crashed),
  }
  return Object.entries(parts)
    .map(([title, text]) => `${title}:\n${text.replaceAll(/^/gm, '  ')}`)
    .join('\n\n')
}

function printHistory(performed: Performance | undefined): string {
  if (performed === undefined) return 'it did not come to its end'
  return [...performed.operations.map(printOperation), `${performed.status} ${performed.outcome}`].join('\n')
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function manifestOf(place: Place): Promise<Capabilities> {
  const driver = await place.open({ logger: silentLogger, evicts: false })
  await driver.close()
  return driver.capabilities
}
