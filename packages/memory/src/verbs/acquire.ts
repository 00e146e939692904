import type { AcquireAnswer, AcquireRequest } from '@perdure/core'
import { isAcquirable, isClaimedBy, isTerminal, takeLease, tellTime } from '@perdure/core'
import type { Act } from '../act.js'
import { damageOf } from '../damage.js'

export function acquire(act: Act, request: AcquireRequest): AcquireAnswer {
  const { now } = act
  const run = act.database.newestRun(request)
  if (run === null) return { kind: 'unknown' }
  const damage = damageOf(run) ?? run.corrupted
  if (damage !== null) return { kind: 'corrupted', damage }
  if (isTerminal(run.status)) return { kind: 'finished', status: run.status }
  if (isClaimedBy(run, request.requestId)) {
    const told = tellTime(run, now)
    act.putRun(told)
    return { kind: 'acquired', now, run: told }
  }
  if (!isAcquirable(run, now)) return { kind: 'leased', remainingMs: (run.leaseUntil ?? now) - now }
  const leased = takeLease(run, request, now)
  act.putRun(leased)
  return { kind: 'acquired', now, run: leased }
}
