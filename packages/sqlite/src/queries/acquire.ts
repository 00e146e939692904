import type { AcquireAnswer, AcquireRequest } from '@perdure/core'
import { isAcquirable, isClaimedBy, isTerminal, takeLease, tellTime } from '@perdure/core'
import type { Transaction } from '../transaction.js'

export function acquire({ runs, now }: Transaction, request: AcquireRequest): AcquireAnswer {
  const newest = runs.newest(request)
  if (newest === null) return { kind: 'unknown' }
  const { state } = newest
  if (state.corrupted !== null) return { kind: 'corrupted', damage: state.corrupted }
  if (isTerminal(state.status)) return { kind: 'finished', status: state.status }
  if (isClaimedBy(state, request.requestId)) newest.state = tellTime(state, now)
  else {
    if (!isAcquirable(state, now)) return { kind: 'leased', remainingMs: (state.leaseUntil ?? now) - now }
    newest.state = takeLease(state, request, now)
  }
  const run = runs.record(newest)
  if (run.corrupted === null) return { kind: 'acquired', now, run }
  newest.state = state
  return { kind: 'corrupted', damage: run.corrupted }
}
