import type { HoldAnswer, RenewRequest } from '@perdure/core'
import { fencedAnswer, renewLease, viewOf } from '@perdure/core'
import type { Transaction } from '../transaction.js'

export function renew({ runs, now }: Transaction, { holdings, leaseMs }: RenewRequest): HoldAnswer[] {
  return holdings.map(({ key, fence, proven }) => {
    const held = runs.find(key)
    if (held === null || held.damage !== null) return { kind: 'fenced' }
    const renewed = renewLease(held.state, fence, leaseMs, now, proven)
    if (renewed === null) return fencedAnswer(held.state)
    held.state = renewed
    return { kind: 'renewed', ...viewOf(renewed, now) }
  })
}
