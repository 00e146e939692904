import { groupCommit } from '../floors/group-commit.js'
import { singleInsert } from '../floors/single-insert.js'
import { startToResult as startToResultFloor } from '../floors/start-to-result.js'
import { manyRuns, oneLongRun, startToResult } from './engine-workloads.js'
import type { Settings } from './settings.js'

/** One thing that is measured in every round. */
export interface Measurement {
  readonly name: string
  readonly unit: 'steps/s' | 'rows/s' | 'ms'
  readonly run: (folder: string, settings: Settings) => number | Promise<number>
  /** Compared with the floor of this name, measured in the same run. */
  readonly floor?: string
  /** The ratio to the floor that is aimed at. */
  readonly aim?: { readonly kind: 'atLeast' | 'atMost'; readonly ratio: number }
}

const insert = 'floor: single-row committed INSERTs'
const byHand = 'floor: start to result, written by hand'

/** In the order in which a round takes them: each beside what it is compared with. */
export const measurements: readonly Measurement[] = [
  {
    name: insert,
    unit: 'rows/s',
    run: (folder, { longStepCount, payload }) => singleInsert(folder, longStepCount, payload),
  },
  {
    name: 'floor: group commit without an engine',
    unit: 'rows/s',
    run: (folder, { runCount, payload }) => groupCommit(folder, runCount, payload),
    floor: insert,
  },
  {
    name: 'sqlite: 4-step workflows, 50 in flight',
    unit: 'steps/s',
    run: (folder, settings) => manyRuns(folder, settings, 4),
    floor: insert,
    aim: { kind: 'atLeast', ratio: 2 },
  },
  {
    name: 'sqlite: 1-step workflows, 50 in flight',
    unit: 'steps/s',
    run: (folder, settings) => manyRuns(folder, settings, 1),
    floor: insert,
    aim: { kind: 'atLeast', ratio: 0.6 },
  },
  {
    name: 'sqlite: one workflow of sequential steps',
    unit: 'steps/s',
    run: oneLongRun,
    floor: insert,
    aim: { kind: 'atLeast', ratio: 0.5 },
  },
  {
    name: byHand,
    unit: 'ms',
    run: (folder, { latencyRunCount, payload }) => startToResultFloor(folder, latencyRunCount, payload),
  },
  {
    name: 'sqlite: start to result, one step',
    unit: 'ms',
    run: startToResult,
    floor: byHand,
    aim: { kind: 'atMost', ratio: 3 },
  },
]
