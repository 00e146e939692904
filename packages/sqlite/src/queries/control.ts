import type { ControlAnswer, ControlRequest } from '@perdure/core'
import { controlRun, isMeant } from '@perdure/core'
import { changeRun } from '../effects.js'
import type { HeldRun } from '../run-table.js'
import type { Transaction } from '../transaction.js'

export function control(transaction: Transaction, batch: readonly ControlRequest[]): ControlAnswer[] {
  return batch.map((request) => controlOne(transaction, request))
}

function controlOne(transaction: Transaction, request: ControlRequest): ControlAnswer {
  const newest = transaction.runs.newest(request)
  if (newest === null) return { kind: 'unknown' }
  if (!isMeant(newest.state, request.target)) return { kind: 'refused', status: newest.state.status }
  if (request.action.kind === 'unblock' && isStillDamaged(transaction, newest))
    return { kind: 'refused', status: newest.state.status }
  const decision = controlRun(newest.state, request.action, transaction.now)
  if (decision.kind === 'accept') changeRun(transaction, newest, decision)
  return decision.answer
}

/** True of a run that was put aside because it cannot be read, and has not been mended. */
function isStillDamaged({ runs }: Transaction, held: HeldRun): boolean {
  return held.state.corrupted !== null && runs.damageOf(held) !== null
}
