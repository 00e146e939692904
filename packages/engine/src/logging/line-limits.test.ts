import { describe, expect, it } from 'vitest'
import { TestClock } from '../../test/test-clock.js'
import { LineLimits } from './line-limits.js'

function limits() {
  const clock = new TestClock()
  const leftOut: string[] = []
  const made = new LineLimits(clock, 3, (key, count) => void leftOut.push(`${key} ${count}`))
  const allowed = (key: string, times: number): number =>
    Array.from({ length: times }, () => made.allows(key)).filter(Boolean).length
  return { clock, leftOut, limits: made, allowed }
}

describe('limits of lines', () => {
  it('let through a limited number a second under each key', () => {
    const { clock, allowed } = limits()
    expect([allowed('a', 5), allowed('b', 2), allowed('a', 1)]).toEqual([3, 2, 0])
    clock.advance(1_000)
    expect(allowed('a', 5)).toBe(3)
  })

  it('tell once a second of how many were left out', () => {
    const { clock, leftOut, allowed } = limits()
    allowed('a', 10)
    allowed('b', 3)
    allowed('c', 4)
    expect(leftOut).toEqual([])
    clock.advance(1_000)
    expect(leftOut).toEqual(['a 7', 'c 1'])
    clock.advance(10_000)
    expect(leftOut).toHaveLength(2)
  })

  it('tell of it when they are asked to, and keep no timer', () => {
    const { clock, leftOut, limits: made, allowed } = limits()
    allowed('a', 4)
    made.flush()
    expect(leftOut).toEqual(['a 1'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('arm no timer while nothing is left out', () => {
    const { clock, allowed } = limits()
    for (let index = 0; index < 100; index += 1) allowed(`key ${index}`, 3)
    expect(clock.pendingTimers).toBe(0)
  })
})
