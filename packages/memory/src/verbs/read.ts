import type { ReadKey, RunRecord } from '@perdure/core'
import type { Act } from '../act.js'

export function read(act: Act, keys: readonly ReadKey[]): (RunRecord | null)[] {
  const { database } = act
  return keys.map(({ runNo, lifeNo, ...key }) => {
    if (runNo !== undefined) return database.run({ ...key, runNo })
    return lifeNo === undefined ? database.newestRun(key) : database.newestOfLife(key, lifeNo)
  })
}
