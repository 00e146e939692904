import { expect, it, vi } from 'vitest'
import { TestClock } from '../test/test-clock.js'
import { repeat } from './repeat.js'

it('calls again and again, within the spread of the interval, until it is stopped', () => {
  const clock = new TestClock()
  for (const [random, firstAt] of [
    [0, 800],
    [0.5, 1_000],
    [0.999, 1_200],
  ] as const) {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(random)
    let calls = 0
    const stop = repeat(clock, { everyMs: 1_000, spread: 0.2 }, () => {
      calls += 1
    })
    clock.advance(firstAt - 1)
    expect(calls).toBe(0)
    clock.advance(1)
    expect(calls).toBe(1)
    clock.advance(5 * firstAt)
    expect(calls).toBe(6)
    stop()
    clock.advance(10_000)
    expect(calls).toBe(6)
    expect(clock.pendingTimers).toBe(0)
    chance.mockRestore()
  }
})
