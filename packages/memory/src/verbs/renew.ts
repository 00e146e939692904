import type { HoldAnswer, RenewRequest } from '@perdure/core'
import { renewLease, viewOf } from '@perdure/core'
import type { Act } from '../act.js'

export function renew(act: Act, { holdings, leaseMs }: RenewRequest): HoldAnswer[] {
  return holdings.map(({ key, fence }) => {
    const run = act.database.run(key)
    const renewed = run === null ? null : renewLease(run, fence, leaseMs, act.now)
    if (renewed === null) return { kind: 'fenced' }
    act.putRun(renewed)
    return { kind: 'renewed', ...viewOf(renewed, act.now) }
  })
}
