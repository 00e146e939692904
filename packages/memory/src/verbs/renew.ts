import type { HoldAnswer, RenewRequest } from '@perdure/core'
import { fencedAnswer, renewLease, viewOf } from '@perdure/core'
import type { Act } from '../act.js'
import { damageOf } from '../damage.js'

export function renew(act: Act, { holdings, leaseMs }: RenewRequest): HoldAnswer[] {
  return holdings.map(({ key, fence, proven }) => {
    const run = act.database.run(key)
    if (run === null || damageOf(run) !== null) return { kind: 'fenced' }
    const renewed = renewLease(run, fence, leaseMs, act.now, proven)
    if (renewed === null) return fencedAnswer(run)
    act.putRun(renewed)
    return { kind: 'renewed', ...viewOf(renewed, act.now) }
  })
}
