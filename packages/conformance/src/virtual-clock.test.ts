import { describe, expect, it } from 'vitest'
import { VirtualClock } from './virtual-clock.js'

describe('VirtualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new VirtualClock(1_000)
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
    clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
  })

  it('fires timers in the order in which they are due, at their instant', () => {
    const clock = new VirtualClock(0)
    const fired: string[] = []
    clock.schedule(20, () => fired.push(`second at ${clock.now()}`))
    clock.schedule(10, () => fired.push(`first at ${clock.now()}`))
    clock.schedule(20, () => fired.push(`third at ${clock.now()}`))
    clock.advance(30)
    expect(fired).toEqual(['first at 10', 'second at 20', 'third at 20'])
    expect(clock.now()).toBe(30)
  })

  it('fires a timer that another timer sets inside the same advance', () => {
    const clock = new VirtualClock(0)
    const fired: number[] = []
    clock.schedule(10, () => {
      clock.schedule(5, () => fired.push(clock.now()))
    })
    clock.advance(14)
    expect(fired).toEqual([])
    clock.advance(1)
    expect(fired).toEqual([15])
  })

  it('lets no time pass twice when a timer advances the clock itself', () => {
    const clock = new VirtualClock(0)
    clock.schedule(10, () => clock.advance(50))
    clock.advance(20)
    expect(clock.monotonic()).toBe(60)
  })

  it('does not fire a cancelled timer', () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    const cancel = clock.schedule(10, () => fired.push('cancelled'))
    expect([clock.pendingTimers, clock.nextTimerMs]).toEqual([1, 10])
    cancel()
    clock.advance(10)
    expect(fired).toEqual([])
    expect([clock.pendingTimers, clock.nextTimerMs]).toEqual([0, null])
  })

  it('moves wall time alone without waking a timer', () => {
    const clock = new VirtualClock(1_000)
    const fired: string[] = []
    clock.schedule(10, () => fired.push('timer'))
    clock.jumpWall(3_600_000)
    expect([clock.now(), clock.monotonic(), fired.length]).toEqual([3_601_000, 0, 0])
    clock.jumpWall(-7_200_000)
    clock.advance(10)
    expect([clock.now(), fired.length]).toEqual([-3_598_990, 1])
  })
})
