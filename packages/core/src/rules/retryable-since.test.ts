import { describe, expect, it } from 'vitest'
import { freeRun, now } from '../../test/run-record.js'
import type { BlockedReasonCode, RunRecord } from '../records.js'
import { retryableSince } from './retryable-since.js'

function blocked(reason: BlockedReasonCode, change: Partial<RunRecord> = {}): RunRecord {
  const why = { reason, message: 'why', build: 'b1' }
  return freeRun({ status: 'BLOCKED', blocked: why, blockedAt: now - 5, ...change })
}

describe('retryableSince', () => {
  it.each(['NON_DETERMINISTIC', 'UNREADABLE', 'MISUSE'] as const)(
    'of %s is when it was blocked',
    (reason) => {
      expect(retryableSince(blocked(reason))).toBe(now - 5)
    },
  )

  it.each(['POISONED', 'CORRUPTED', 'COMPENSATION_HANDLER'] as const)('of %s is never', (reason) => {
    expect(retryableSince(blocked(reason))).toBeNull()
  })

  it.each([
    ['a run that goes on', freeRun()],
    ['a paused run', blocked('MISUSE', { control: { ...freeRun().control, paused: true } })],
    ['a run whose row cannot be read', blocked('MISUSE', { corrupted: 'waitsFor' })],
    ['a run that a script holds', blocked('MISUSE', { direct: true })],
  ])('of %s is never', (_, run) => {
    expect(retryableSince(run)).toBeNull()
  })
})
