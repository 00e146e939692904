import { beforeEach, describe, expect, it } from 'vitest'
import { TestClock } from '../test/test-clock.js'
import { WakeTimer } from './wake-timer.js'

let clock: TestClock
let wakes: number[]
let timer: WakeTimer

beforeEach(() => {
  clock = new TestClock()
  wakes = []
  timer = new WakeTimer(clock, () => wakes.push(clock.monotonic()))
})

describe('a wake timer', () => {
  it('wakes once, when the time has come', () => {
    timer.in(500)
    clock.advance(499)
    expect(wakes).toEqual([])
    clock.advance(1_000)
    expect(wakes).toEqual([500])
  })

  it('wakes for the earliest of all that it was asked for', () => {
    timer.in(900)
    timer.in(300)
    timer.in(600)
    clock.advance(2_000)
    expect(wakes).toEqual([300])
  })

  it('can be asked again from within', () => {
    const again = new WakeTimer(clock, () => {
      if (wakes.push(clock.monotonic()) < 3) again.in(100)
    })
    again.in(100)
    clock.advance(1_000)
    expect(wakes).toEqual([100, 200, 300])
  })

  it('wakes at once for what is past', () => {
    timer.in(-5)
    clock.advance(0)
    expect(wakes).toEqual([0])
  })

  it('waits longer than one look at the clock', () => {
    timer.in(10 * 60_000)
    clock.advance(9 * 60_000)
    expect(wakes).toEqual([])
    clock.advance(60_000)
    expect(wakes).toEqual([600_000])
  })

  it('does not wake late on a machine that slept: the wall clock has gone on, no timer has', () => {
    timer.in(3_600_000)
    clock.jump(3_600_000)
    clock.advance(60_000)
    expect(wakes).toEqual([60_000])
  })

  it('is not put off by a wall clock that is set back', () => {
    timer.in(90_000)
    clock.jump(-3_600_000)
    clock.advance(90_000)
    expect(wakes).toEqual([90_000])
  })

  it('leaves nothing behind when it is stopped', () => {
    timer.in(500)
    timer.stop()
    timer.in(500)
    expect(clock.pendingTimers).toBe(0)
    clock.advance(1_000)
    expect(wakes).toEqual([])
  })
})
