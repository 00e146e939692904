import { describe, expect, it } from 'vitest'
import { runRecord } from '../test/run-record.js'
import { TestClock } from '../test/test-clock.js'
import { later } from './later.js'
import { runName } from './run-name.js'
import { SlowStart } from './slow-start.js'

function begun(slots = 100) {
  const clock = new TestClock()
  const opened: number[] = []
  const proofs: string[][] = []
  const slowStart: SlowStart = new SlowStart(clock, slots, {
    opened: () => opened.push(slowStart.room.suspects),
    proofDue: (names) => proofs.push([...names]),
  })
  return { clock, slowStart, opened, proofs }
}

function suspect(executionId: string, strikes = 0) {
  const run = runRecord({ executionId, recoveries: strikes + 1, strikes })
  return { run, name: runName(run) }
}

const a = suspect('a')
const b = suspect('b')

describe('a slow start', () => {
  it('begins with one, and doubles for as long as all are survived, up to thirty-two', () => {
    const { slowStart } = begun()
    const rounds: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const all = Array.from({ length: slowStart.room.suspects }, (_, index) => suspect(`${round}/${index}`))
      rounds.push(all.length)
      for (const { run } of all) slowStart.begin(run)
      expect(slowStart.room.suspects).toBe(0)
      for (const { name } of all) slowStart.survived(name)
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
        slowStart.begin(a.run)
        slowStart.survived(a.name)
      }
      expect(slowStart.room.suspects).toBe(most)
    }
  })

  it('has survived what settled a step, unless it was struck before', () => {
    const { slowStart, opened } = begun()
    slowStart.begin(a.run)
    slowStart.settledStep(a.name)
    expect(opened).toEqual([2])
    const struck = suspect('struck', 1)
    slowStart.begin(struck.run)
    slowStart.settledStep(struck.name)
    expect(opened).toEqual([2])
    slowStart.survived(struck.name)
    expect(opened).toEqual([2, 3])
  })

  it('begins one that was struck again when nothing is on trial, and nothing beside it', () => {
    const { slowStart } = begun()
    for (const name of ['1', '2', '3']) {
      slowStart.begin(suspect(name).run)
      slowStart.survived(suspect(name).name)
    }
    expect(slowStart.room).toEqual({ suspects: 4, alone: true })
    slowStart.begin(a.run)
    expect(slowStart.room).toEqual({ suspects: 3, alone: false })
    slowStart.survived(a.name)
    const struck = suspect('struck', 2)
    slowStart.begin(struck.run)
    expect(slowStart.room).toEqual({ suspects: 0, alone: false })
    slowStart.survived(struck.name)
    expect(slowStart.room).toEqual({ suspects: 6, alone: true })
  })

  it('asks to write what has been here for long enough, all at once, and again until it is written', async () => {
    const { clock, slowStart, opened, proofs } = begun()
    slowStart.begin(a.run)
    slowStart.begin(b.run)
    slowStart.runs(a.name, 1_000)
    slowStart.runs(b.name, 1_000)
    clock.advance(1_000)
    await new Promise<void>(later)
    expect(proofs).toEqual([])
    clock.advance(1)
    await new Promise<void>(later)
    expect(proofs).toEqual([[a.name, b.name]])
    slowStart.survived(a.name)
    clock.advance(300)
    await new Promise<void>(later)
    expect(proofs.slice(1)).toEqual([[b.name]])
    slowStart.survived(b.name)
    expect(opened).toHaveLength(2)
    expect(clock.pendingTimers).toBe(0)
  })

  it('learns nothing from a run that went elsewhere, and makes room', () => {
    const { slowStart, opened } = begun()
    slowStart.begin(a.run)
    slowStart.lost(a.name)
    slowStart.survived(a.name)
    expect([opened, slowStart.room.suspects]).toEqual([[1], 1])
  })

  it('knows who is on trial, until it is over', () => {
    const { clock, slowStart } = begun()
    expect(slowStart.has(a.run)).toBe(false)
    slowStart.begin(a.run)
    slowStart.runs(a.name, 1_000)
    expect(slowStart.has(a.run)).toBe(true)
    slowStart.stop()
    expect(slowStart.has(a.run)).toBe(false)
    expect(clock.pendingTimers).toBe(0)
  })
})
