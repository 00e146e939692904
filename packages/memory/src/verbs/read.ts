import type { ReadKey, RunRecord } from '@perdure/core'
import type { Act } from '../act.js'
import { readable } from '../damage.js'

export function read(act: Act, keys: readonly ReadKey[]): (RunRecord | null)[] {
  return keys.map((key) => {
    const run = find(act, key)
    return run === null ? null : readable(run)
  })
}

function find({ database }: Act, { runNo, lifeNo, ...key }: ReadKey): RunRecord | null {
  if (runNo !== undefined) return database.run({ ...key, runNo })
  return lifeNo === undefined ? database.newestRun(key) : database.newestOfLife(key, lifeNo)
}
