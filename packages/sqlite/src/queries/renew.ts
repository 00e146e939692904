import type { HoldAnswer, RenewRequest } from '@perdure/core'
import { renewLease, viewOf } from '@perdure/core'
import type { Transaction } from '../transaction.js'

export function renew({ runs, now }: Transaction, { holdings, leaseMs }: RenewRequest): HoldAnswer[] {
  return holdings.map(({ key, fence }) => {
    const held = runs.find(key)
    const renewed = held === null ? null : renewLease(held.state, fence, leaseMs, now)
    if (held === null || renewed === null) return { kind: 'fenced' }
    held.state = renewed
    return { kind: 'renewed', ...viewOf(renewed, now) }
  })
}
