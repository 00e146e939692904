import { expect, test } from 'vitest'
import { executionIdOf, isPatient, kindOf, pickKind, shares } from './run-kind.js'

test('shares are of a hundred, and each kind is picked', () => {
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(100)
  const picked = new Set(Array.from({ length: 1_000 }, (_, index) => pickKind(index / 1_000)))
  expect(picked).toEqual(new Set(Object.keys(shares)))
})

test('the kind is read from the execution id', () => {
  expect(kindOf(executionIdOf('refund', 'client-1.2', 7))).toBe('refund')
})

test('what waits for the silence is told from the rest', () => {
  expect((['called', 'dismissed', 'forever'] as const).map(isPatient)).toEqual([true, true, false])
})
