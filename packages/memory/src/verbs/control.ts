import type { ControlAnswer, ControlRequest } from '@perdure/core'
import { controlRun, isMeant } from '@perdure/core'
import type { Act } from '../act.js'
import { damageOf, readable } from '../damage.js'
import { putChangedRun } from '../effects.js'

export function control(act: Act, batch: readonly ControlRequest[]): ControlAnswer[] {
  return batch.map((request) => controlOne(act, request))
}

function controlOne(act: Act, { action, target, ...key }: ControlRequest): ControlAnswer {
  const newest = act.database.newestRun(key)
  if (newest === null) return { kind: 'unknown' }
  const run = readable(newest)
  if (!isMeant(run, target)) return { kind: 'refused', status: run.status }
  // It was put aside because it cannot be read, and has not been mended.
  if (action.kind === 'unblock' && damageOf(newest) !== null) return { kind: 'refused', status: run.status }
  const decision = controlRun(run, action, act.now)
  if (decision.kind === 'accept') putChangedRun(act, decision.run, decision.ending, decision.effects)
  return decision.answer
}
