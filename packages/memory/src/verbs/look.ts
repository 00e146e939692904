import type { Holding, LookAnswer } from '@perdure/core'
import { lookAtRun } from '@perdure/core'
import type { Act } from '../act.js'

export function look(act: Act, holdings: readonly Holding[]): LookAnswer[] {
  return holdings.map(({ key, fence }) => {
    const run = act.database.run(key)
    return run === null ? { kind: 'fenced' } : lookAtRun({ ...run, controlSeq: run.control.seq }, fence)
  })
}
