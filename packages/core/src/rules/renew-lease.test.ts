import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, now } from '../../test/run-record.js'
import { terminalStatuses } from '../statuses.js'
import { renewLease } from './renew-lease.js'

const fence = { epoch: 3, nonce: 'nonce-3' }

describe('renewLease', () => {
  it('extends the lease from now on', () => {
    expect(renewLease(heldRun({ leaseUntil: now + 5 }), fence, 30_000, now)?.leaseUntil).toBe(now + 30_000)
  })

  it('never shortens it', () => {
    expect(renewLease(heldRun({ leaseUntil: now + 40_000 }), fence, 30_000, now)?.leaseUntil).toBe(
      now + 40_000,
    )
  })

  it('renews a lease that ran out and that nobody has claimed', () => {
    expect(renewLease(heldRun({ leaseUntil: now - 1 }), fence, 30_000, now)?.leaseUntil).toBe(now + 30_000)
  })

  it('touches nothing else', () => {
    const run = heldRun()
    expect(renewLease(run, fence, 90_000, now)).toEqual({ ...run, leaseUntil: now + 90_000, answeredAt: now })
  })

  it.each([
    ['of an older epoch', heldRun({ fence: { epoch: 4, nonce: 'nonce-3' } })],
    ['of another nonce', heldRun({ fence: { epoch: 3, nonce: 'other' } })],
    ['of a lease that was given up', freeRun({ status: 'SUSPENDED', fence })],
  ])('is refused to a holder %s', (_, run) => {
    expect(renewLease(run, fence, 30_000, now)).toBeNull()
  })

  it.each(terminalStatuses)('is refused once the run is %s', (status) => {
    expect(renewLease(heldRun({ status }), fence, 30_000, now)).toBeNull()
  })
})
