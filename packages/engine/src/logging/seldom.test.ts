import { expect, it } from 'vitest'
import { TestClock } from '../../test/test-clock.js'
import { Seldom } from './seldom.js'

it('it is time for a key once in a while', () => {
  const clock = new TestClock()
  const seldom = new Seldom(clock, 60_000)
  expect([seldom.isTime('a'), seldom.isTime('a'), seldom.isTime('b')]).toEqual([true, false, true])
  clock.advance(59_999)
  expect(seldom.isTime('a')).toBe(false)
  clock.advance(1)
  expect([seldom.isTime('a'), seldom.isTime('b'), seldom.isTime('a')]).toEqual([true, true, false])
})
