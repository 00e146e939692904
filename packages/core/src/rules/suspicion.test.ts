import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, operation, turnOf } from '../../test/run-record.js'
import type { OperationRecord } from '../records.js'
import type { Turn } from '../store.js'
import {
  isSuspect,
  isToTryAlone,
  isTriedAlone,
  provenAfterMs,
  suspicionAfterClaim,
  suspicionAfterTurn,
} from './suspicion.js'

describe('isSuspect', () => {
  it.each([
    ['a run that is free', freeRun(), false],
    ['a run whose lease nobody has given up', heldRun(), true],
    ['a run that was recovered', freeRun({ recoveries: 1 }), true],
  ])('of %s', (_, run, expected) => {
    expect(isSuspect(run)).toBe(expected)
  })
})

describe('isToTryAlone', () => {
  it.each([
    ['a run that is free', freeRun(), false],
    ['a run whose holder may have died of it for the first time', heldRun(), false],
    ['a suspect', heldRun({ recoveries: 1 }), false],
    ['a suspect that was struck before', heldRun({ recoveries: 2, strikes: 1 }), true],
    ['one that was, and is proven', heldRun({ recoveries: 2, strikes: 1, proven: true }), false],
    ['one that was struck twice, and is proven', heldRun({ recoveries: 3, strikes: 2, proven: true }), true],
  ])('of %s', (_, run, expected) => {
    expect(isToTryAlone(run)).toBe(expected)
    expect(isTriedAlone(suspicionAfterClaim(run))).toBe(expected)
  })
})

describe('provenAfterMs', () => {
  it('doubles with each recovery, up to one lease', () => {
    const after = [1, 2, 3, 4, 5, 6, 7].map((recoveries) => provenAfterMs({ recoveries }, 30_000))
    expect(after).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })
})

describe('a claim', () => {
  it.each([
    ['of a run that was given up adds nothing', freeRun(), [0, 0]],
    ['after the first death is a recovery and no strike', heldRun(), [1, 0]],
    [
      'after the death of a holder that had a suspect is both',
      heldRun({ recoveries: 2, strikes: 1 }),
      [3, 2],
    ],
    [
      'is no strike if that holder had proven it',
      heldRun({ recoveries: 2, strikes: 1, proven: true }),
      [3, 1],
    ],
  ])('%s', (_, run, [recoveries, strikes]) => {
    expect(suspicionAfterClaim(run)).toEqual({ recoveries, strikes, proven: false })
  })
})

const suspect = heldRun({ recoveries: 3, strikes: 2 })
const goOn: Turn = { kind: 'continue' }

describe('a turn', () => {
  it.each<[string, Partial<OperationRecord>]>([
    ['starts a step', { status: 'STARTED' }],
    ['records a failed attempt', { status: 'PENDING' }],
    ['ends a timer', { type: 'WAIT', status: 'SUCCEEDED' }],
    ['takes in a message', { type: 'CALLBACK', status: 'SUCCEEDED' }],
    ['cancels a step', { status: 'CANCELLED' }],
  ])('that %s takes nothing back, whatever is proven', (_, change) => {
    const turn = turnOf(goOn, { operations: [operation(change)], proven: true })
    expect(suspicionAfterTurn(suspect, turn)).toEqual({ recoveries: 3, strikes: 2, proven: true })
  })

  it.each(['SUCCEEDED', 'FAILED'] as const)(
    'that settles a step as %s clears what is proven, and only that',
    (status) => {
      const operations = [operation({ status })]
      expect(suspicionAfterTurn(suspect, turnOf(goOn, { operations })).recoveries).toBe(3)
      expect(suspicionAfterTurn(suspect, turnOf(goOn, { operations, proven: true })).recoveries).toBe(0)
      expect(suspicionAfterTurn({ ...suspect, proven: true }, turnOf(goOn, { operations })).recoveries).toBe(
        0,
      )
    },
  )

  it('that gives the run up clears it, unless it says that it is poisoned', () => {
    const blocked = { message: 'why', build: 'b1' }
    const after = (turn: Turn): number => suspicionAfterTurn(suspect, turnOf(turn)).strikes
    expect(after({ kind: 'suspend', dueAt: null, waitsFor: [] })).toBe(0)
    expect(after({ kind: 'release' })).toBe(0)
    expect(after({ kind: 'block', blocked: { reason: 'UNREADABLE', ...blocked } })).toBe(0)
    expect(after({ kind: 'block', blocked: { reason: 'POISONED', ...blocked } })).toBe(2)
  })
})
