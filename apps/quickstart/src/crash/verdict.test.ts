import { expect, test } from 'vitest'
import { objections } from './verdict.js'

const good = { isShipped: true, lostCount: 0, doubledCount: 0, hits: 3 }

test('three kills that hit, and nothing lost or doubled, are a proof', () => {
  expect(objections(good)).toEqual([])
})

test('one order lost or doubled is none', () => {
  expect(objections({ ...good, lostCount: 1 })).toHaveLength(1)
  expect(objections({ ...good, doubledCount: 1 })).toHaveLength(1)
})

test('two hits are none on the shipped file, and enough on a smaller one', () => {
  expect(objections({ ...good, hits: 2 })).toEqual([
    'Only 2 kills hit unfinished orders; 3 are needed for a proof.',
  ])
  expect(objections({ ...good, isShipped: false, hits: 0 })).toEqual([])
})
