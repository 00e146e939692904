import { isTerminal, type Store } from '@perdure/core'
import type { FleetLine } from '../effects/log-line.js'
import { starvationBoundMs } from '../settings.js'
import type { SoakFolder } from '../soak-folder.js'
import type { Course } from './course.js'
import { Disturbances } from './disturbances.js'
import type { Fault } from './fault.js'
import { Findings } from './findings.js'
import { gatherEvidence } from './gather-evidence.js'
import { judge } from './judge.js'
import { sortLog } from './sort-log.js'

/** Reads the log and the store of a soak that is over, and finds what they say against each other. */
export async function checkSoak(folder: SoakFolder, store: Store): Promise<Findings> {
  const { fleetLines, damagedIds, tally, shelves } = await sortLog(folder)
  const findings = new Findings(tally)
  findings.add(brokenWorkers(fleetLines))
  const course = await chartCourse(fleetLines, damagedIds, store)
  for await (const shelf of shelves()) {
    for (const [executionId, lines] of shelf) {
      const evidence = await gatherEvidence(store, executionId, lines)
      findings.add(judge(evidence, course))
      findings.count(evidence)
    }
  }
  return findings
}

/** A process that ends although nobody ended it takes the runs of others with it. */
function brokenWorkers(lines: readonly FleetLine[]): readonly Fault[] {
  return lines
    .filter((line) => line.kind === 'died')
    .map(({ name, why }) => ({ column: 'starved', about: name, text: `the process ended by itself: ${why}` }))
}

async function chartCourse(
  lines: readonly FleetLine[],
  damagedIds: readonly string[],
  store: Store,
): Promise<Course> {
  const disturbances = Disturbances.of(lines)
  const closedAt = lines.find(({ kind }) => kind === 'closed')?.at ?? Date.now()
  return { disturbances, closedAt, heldUpBy: await heldUpBy(disturbances, closedAt, damagedIds, store) }
}

async function heldUpBy(
  disturbances: Disturbances,
  closedAt: number,
  damagedIds: readonly string[],
  store: Store,
): Promise<string | undefined> {
  if (disturbances.hasDeathSince(closedAt - starvationBoundMs)) return 'a run still took workers down'
  for (const executionId of damagedIds) {
    const { runs } = await gatherEvidence(store, executionId, [])
    const open = runs.find(({ row }) => !isTerminal(row.status) && row.status !== 'BLOCKED')
    if (open !== undefined) return `${executionId} was broken and not set aside`
  }
  return undefined
}
