import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, now } from '../../test/run-record.js'
import type { RunRecord } from '../records.js'
import { terminalStatuses } from '../statuses.js'
import { isAcquirable, isClaimable, isClaimedBy, takeLease } from './take-lease.js'

const taker = { requestId: 'request-9', workerId: 'worker-9', leaseMs: 20_000 }

describe('isClaimable', () => {
  it.each<[string, RunRecord, boolean]>([
    ['a run that is due', freeRun({ dueAt: now }), true],
    ['a run that is due in a moment', freeRun({ dueAt: now + 1 }), false],
    ['a run whose lease ends now', heldRun({ leaseUntil: now }), true],
    ['a run whose lease lasts', heldRun({ leaseUntil: now + 1 }), false],
    ['a run that waits for a message only', freeRun({ status: 'SUSPENDED', dueAt: null }), false],
  ])('of %s', (_, run, expected) => {
    expect(isClaimable(run, now)).toBe(expected)
  })
})

describe('isAcquirable', () => {
  it.each<readonly [string, RunRecord, boolean]>([
    ['a run that sleeps', freeRun({ status: 'SUSPENDED', dueAt: now + 60_000 }), true],
    ['a run of a script', freeRun({ direct: true }), true],
    ['a paused run', freeRun({ status: 'PAUSED' }), true],
    ['a run whose lease ends now', heldRun({ leaseUntil: now }), true],
    ['a run whose lease lasts', heldRun({ leaseUntil: now + 1 }), false],
    ...terminalStatuses.map((status) => [`a run that is ${status}`, freeRun({ status }), false] as const),
  ])('of %s', (_, run, expected) => {
    expect(isAcquirable(run, now)).toBe(expected)
  })
})

describe('isClaimedBy', () => {
  it('recognises the claim whose answer was lost, for as long as the lease is not given up', () => {
    const leased = takeLease(freeRun(), taker, now)
    expect(isClaimedBy(leased, 'request-9')).toBe(true)
    expect(isClaimedBy(leased, 'request-8')).toBe(false)
    expect(isClaimedBy({ ...leased, leaseUntil: null }, 'request-9')).toBe(false)
  })
})

describe('takeLease', () => {
  it('changes the fence in both halves and says who holds it until when', () => {
    const leased = takeLease(freeRun({ fence: { epoch: 6, nonce: 'old' } }), taker, now)
    expect(leased).toMatchObject({
      status: 'RUNNING',
      fence: { epoch: 7, nonce: 'request-9' },
      leaseUntil: now + 20_000,
      leaseOwner: 'worker-9',
    })
  })

  it('counts the lease of a holder that died as a recovery, and one that was given up as none', () => {
    expect(takeLease(heldRun({ leaseUntil: now - 1, recoveries: 2 }), taker, now).recoveries).toBe(3)
    expect(takeLease(freeRun({ status: 'SUSPENDED', recoveries: 2 }), taker, now).recoveries).toBe(2)
  })

  it('keeps the instant of the first claim', () => {
    expect(takeLease(freeRun(), taker, now).startedAt).toBe(now)
    expect(takeLease(freeRun({ startedAt: 5 }), taker, now).startedAt).toBe(5)
  })

  it('clears the block', () => {
    const blocked = { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' } as const
    expect(takeLease(freeRun({ blocked }), taker, now).blocked).toBeNull()
  })

  it('leaves a paused run paused', () => {
    const control = { seq: 1, paused: true, cancel: null, deadlineAt: null }
    expect(takeLease(freeRun({ status: 'PAUSED', control }), taker, now).status).toBe('PAUSED')
  })

  it('leaves what the previous holder was acknowledged, to be compared by the next', () => {
    const applied = { nonce: 'old', commitSeq: 12 }
    expect(takeLease(freeRun({ applied }), taker, now).applied).toEqual(applied)
  })
})
