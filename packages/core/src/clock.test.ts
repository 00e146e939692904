import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Clock, systemClock } from './clock.js'

describe('systemClock', () => {
  it('tells the time in milliseconds', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
    const before = systemClock.monotonic()
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before)
  })

  it('goes on while a test framework fakes the timers', async () => {
    vi.useFakeTimers({ now: 0 })
    try {
      await new Promise<void>((resolve) => systemClock.schedule(1, resolve))
      expect(systemClock.now()).toBeGreaterThan(1_600_000_000_000)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('systemClock with timers that are moved by hand', () => {
  let clock: Clock

  beforeEach(async () => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    vi.resetModules()
    // The module takes its timers when it is loaded, so this copy of it has the fake ones.
    clock = (await import('./clock.js')).systemClock
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('waits longer than a timer of the platform can', () => {
    const run = vi.fn()
    const delayMs = 60 * 86_400_000
    clock.schedule(delayMs, run)
    vi.advanceTimersByTime(delayMs - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not run what was cancelled', () => {
    const run = vi.fn()
    const cancel = clock.schedule(10, run)
    cancel()
    cancel()
    vi.advanceTimersByTime(20)
    expect(run).not.toHaveBeenCalled()
  })

  it('can be cancelled after it was armed again', () => {
    const run = vi.fn()
    const cancel = clock.schedule(60 * 86_400_000, run)
    vi.advanceTimersByTime(30 * 86_400_000)
    cancel()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a delay in the past as none', () => {
    const run = vi.fn()
    clock.schedule(-5, run)
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
  })
})
