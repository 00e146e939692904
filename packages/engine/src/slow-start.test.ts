import { describe, expect, it } from 'vitest'
import { TestClock } from '../test/test-clock.js'
import { runName } from './run-name.js'
import { SlowStart } from './slow-start.js'

function begun(slots = 100) {
  const clock = new TestClock()
  const opened: number[] = []
  const slowStart: SlowStart = new SlowStart(clock, slots, () => opened.push(slowStart.room))
  return { clock, slowStart, opened }
}

const run = { namespace: 'main', executionId: 'a', runNo: 1 }

describe('a slow start', () => {
  it('begins with one, and doubles for as long as all are survived, up to thirty-two', () => {
    const { slowStart } = begun()
    const rounds: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const names = Array.from({ length: slowStart.room }, (_, index) => `${round}/${index}`)
      rounds.push(names.length)
      for (const name of names) slowStart.begin(name, 1_000)
      expect(slowStart.room).toBe(0)
      for (const name of names) slowStart.survived(name)
    }
    expect(rounds).toEqual([1, 2, 4, 8, 16, 32, 32, 32])
  })

  it('takes no more than half of the slots, and one at least', () => {
    for (const [slots, most] of [
      [1, 1],
      [3, 1],
      [10, 5],
    ] as const) {
      const { slowStart } = begun(slots)
      for (let count = 0; count < 20; count += 1) {
        slowStart.begin(`${count}`, 1_000)
        slowStart.survived(`${count}`)
      }
      expect(slowStart.room).toBe(most)
    }
  })

  it('has survived what has been here for long enough', () => {
    const { clock, slowStart, opened } = begun()
    slowStart.begin('a', 1_000)
    clock.advance(999)
    expect(opened).toEqual([])
    clock.advance(1)
    expect(opened).toEqual([2])
  })

  it('learns nothing from a run that went elsewhere, and makes room', () => {
    const { slowStart, opened } = begun()
    slowStart.begin('a', 1_000)
    slowStart.lost('a')
    slowStart.survived('a')
    expect([opened, slowStart.room]).toEqual([[1], 1])
  })

  it('knows who is on trial, until it is over', () => {
    const { clock, slowStart } = begun()
    expect(slowStart.has(run)).toBe(false)
    slowStart.begin(runName(run), 1_000)
    expect(slowStart.has(run)).toBe(true)
    slowStart.stop()
    expect(slowStart.has(run)).toBe(false)
    expect(clock.pendingTimers).toBe(0)
  })
})
