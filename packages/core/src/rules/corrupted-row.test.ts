import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, now } from '../../test/run-record.js'
import type { RunRecord } from '../records.js'
import { claimAt } from './claim-at.js'
import { findStateDamage, findValuesDamage, lostValues, salvageState, setAsideRow } from './corrupted-row.js'

/** A row as somebody has left it who does not go by the types. */
function damaged(change: Readonly<Record<string, unknown>>): RunRecord {
  return { ...heldRun(), ...change } as RunRecord
}

describe('a row that is as it should be', () => {
  it.each([freeRun(), heldRun(), heldRun({ waitsFor: ['event:go'], decided: 'CANCELLED' })])(
    'has no damage',
    (run) => {
      expect([findStateDamage(run), findValuesDamage(run)]).toEqual([null, null])
    },
  )
})

describe('damage', () => {
  it.each([
    ['status', { status: 'IMPOSSIBLE' }],
    ['blocked', { blocked: undefined }],
    ['blocked', { blocked: { reason: 5 } }],
    ['decided', { decided: 'MAYBE' }],
    ['waitsFor', { waitsFor: 'garbage' }],
    ['waitsFor', { waitsFor: [1] }],
    ['control.cancel', { control: { ...freeRun().control, cancel: {} } }],
  ])('of %s is found, salvaged, and of no index', (field, change) => {
    const run = damaged(change)
    expect(findStateDamage(run)).toBe(field)
    const salvaged = salvageState(run, field)
    expect(findStateDamage(salvaged)).toBeNull()
    expect(salvaged).toMatchObject({ status: 'BLOCKED', blocked: { reason: 'CORRUPTED' }, corrupted: field })
    expect(claimAt(salvaged)).toBeNull()
  })

  it('of a run that has ended leaves it ended', () => {
    const salvaged = salvageState(damaged({ status: 'COMPLETED', waitsFor: 'garbage' }), 'waitsFor')
    expect(salvaged).toMatchObject({
      status: 'COMPLETED',
      blocked: null,
      corrupted: 'waitsFor',
      waitsFor: [],
    })
  })

  it.each([
    ['input', { input: undefined }],
    ['input', { input: { format: 'json', data: 5 } }],
    ['auth', { auth: 'garbage' }],
    ['output', { output: {} }],
    ['error', { error: { name: 1 } }],
    ['searchAttributes', { searchAttributes: undefined }],
  ])('of %s is found among the values', (field, change) => {
    expect(findValuesDamage(damaged(change))).toBe(field)
  })

  it('is that there are no values at all, and what stands for them has none', () => {
    expect(findValuesDamage(undefined)).toBe('input')
    expect(findValuesDamage(lostValues)).toBeNull()
  })
})

describe('a row that is set aside', () => {
  it('is nobody’s, and keeps what is damaged for whoever mends it', () => {
    const run = damaged({ waitsFor: 'garbage' })
    const aside = setAsideRow(run, 'waitsFor', now)
    expect(aside).toMatchObject({
      ...{ waitsFor: 'garbage', status: 'BLOCKED', corrupted: 'waitsFor', blockedAt: now },
      ...{ leaseUntil: null, leaseOwner: null, fence: { epoch: run.fence.epoch + 1, nonce: '' } },
    })
    expect(aside.blocked?.message).toContain('engine.terminate("order-42")')
  })
})
