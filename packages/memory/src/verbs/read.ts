import type { ReadKey, RunRecord } from '@perdure/core'
import type { Act } from '../act.js'

export function read(act: Act, keys: readonly ReadKey[]): (RunRecord | null)[] {
  return keys.map(({ runNo, ...key }) => {
    return runNo === undefined ? act.database.newestRun(key) : act.database.run({ ...key, runNo })
  })
}
