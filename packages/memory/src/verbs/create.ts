import type { CreateAnswer, NewRun } from '@perdure/core'
import type { Act } from '../act.js'
import { createOne } from '../effects.js'

export function create(act: Act, batch: readonly NewRun[]): CreateAnswer[] {
  return batch.map((wanted) => createOne(act, wanted))
}
