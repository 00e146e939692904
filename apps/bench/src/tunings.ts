import { groupCommit } from '../floors/group-commit.js'
import { tuned } from '../floors/open-floor.js'
import { singleInsert } from '../floors/single-insert.js'
import { startToResult } from '../floors/start-to-result.js'
import type { Measurement } from './measurements.js'
import type { Settings } from './settings.js'

interface Floor {
  readonly name: string
  readonly unit: Measurement['unit']
  readonly run: (folder: string, settings: Settings, pragmas: readonly string[]) => number | Promise<number>
}

const floors: readonly Floor[] = [
  {
    name: 'single INSERTs',
    unit: 'rows/s',
    run: (folder, { longStepCount, payload }, pragmas) =>
      singleInsert(folder, longStepCount, payload, pragmas),
  },
  {
    name: 'group commit',
    unit: 'rows/s',
    run: (folder, { runCount, payload }, pragmas) => groupCommit(folder, runCount, payload, pragmas),
  },
  {
    name: 'start to result',
    unit: 'ms',
    run: (folder, { latencyRunCount, payload }, pragmas) =>
      startToResult(folder, latencyRunCount, payload, pragmas),
  },
]

/** What else could make a floor faster without weakening what a commit promises. */
const settings: Readonly<Record<string, readonly string[]>> = {
  'the same again': tuned,
  'as SQLite comes': [],
  'wal_autocheckpoint = 50': ['wal_autocheckpoint = 50'],
  'wal_autocheckpoint = 300': ['wal_autocheckpoint = 300'],
  'wal_autocheckpoint = 600': ['wal_autocheckpoint = 600'],
  'wal_autocheckpoint = 5000': ['wal_autocheckpoint = 5000'],
  'page_size = 1024': [...tuned, 'page_size = 1024'],
  'page_size = 2048': [...tuned, 'page_size = 2048'],
  'page_size = 8192': [...tuned, 'page_size = 8192'],
  'cache_size = -65536': [...tuned, 'cache_size = -65536'],
  'mmap_size = 268435456': [...tuned, 'mmap_size = 268435456'],
  'locking_mode = EXCLUSIVE': [...tuned, 'locking_mode = EXCLUSIVE'],
}

/**
 * Each floor as it is, and with other settings. That of the same settings, measured twice, says how much of a ratio is
 * noise.
 */
export const tunings: readonly Measurement[] = floors.flatMap(({ name, unit, run }) => [
  { name, unit, run: (folder, size) => run(folder, size, tuned) },
  ...Object.entries(settings).map(
    ([setting, pragmas]): Measurement => ({
      name: `${name}: ${setting}`,
      unit,
      run: (folder, size) => run(folder, size, pragmas),
      floor: name,
    }),
  ),
])
