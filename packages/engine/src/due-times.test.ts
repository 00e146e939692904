import { randomUUID } from 'node:crypto'
import { seededRandom } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { DueTimes } from './due-times.js'

interface Entry {
  readonly key: string
  readonly at: number
}

/** The same in an array: what is slow and cannot be wrong. */
class SortedArray {
  #entries: Entry[] = []

  set(key: string, at: number | null): void {
    if (this.#entries.find((entry) => entry.key === key)?.at === at) return
    this.#entries = this.#entries.filter((entry) => entry.key !== key)
    if (at !== null) this.#entries.push({ key, at })
  }

  get earliest(): number | null {
    return this.#sorted()[0]?.at ?? null
  }

  takeDue(now: number): Entry[] {
    const due = this.#sorted().filter(({ at }) => at <= now)
    this.#entries = this.#entries.filter((entry) => !due.includes(entry))
    return due
  }

  #sorted(): Entry[] {
    return [...this.#entries].sort((a, b) => a.at - b.at)
  }
}

describe('DueTimes', () => {
  it('has nothing at first', () => {
    const times = new DueTimes()
    expect(times.earliest).toBeNull()
    expect(times.takeDue(Number.MAX_SAFE_INTEGER)).toEqual([])
  })

  it('gives what is due, earliest first, and keeps the rest', () => {
    const times = new DueTimes()
    times.set('c', 30)
    times.set('a', 10)
    times.set('b', 20)
    expect(times.takeDue(20)).toEqual([
      { key: 'a', at: 10 },
      { key: 'b', at: 20 },
    ])
    expect(times.earliest).toBe(30)
  })

  it('gives equal instants in the order in which they were set', () => {
    const times = new DueTimes()
    const keys = ['d', 'b', 'e', 'a', 'c']
    for (const key of keys) times.set(key, 10)
    expect(times.takeDue(10).map(({ key }) => key)).toEqual(keys)
  })

  it('moves and removes what was set', () => {
    const times = new DueTimes()
    times.set('a', 10)
    times.set('b', 20)
    times.set('a', 40)
    times.set('b', null)
    expect(times.earliest).toBe(40)
    expect(times.takeDue(100)).toEqual([{ key: 'a', at: 40 }])
  })

  it('gives a key once that was moved away and back', () => {
    const times = new DueTimes()
    times.set('a', 10)
    times.set('a', 20)
    times.set('a', 10)
    expect(times.takeDue(100)).toEqual([{ key: 'a', at: 10 }])
  })

  it('holds no more than what is set, however often that changes', () => {
    const times = new DueTimes()
    times.set('keeper', 5)
    for (let round = 0; round < 10_000; round += 1) {
      times.set(`wait-${round}`, 1_000_000)
      times.set(`wait-${round}`, null)
    }
    expect(times.size).toBeLessThan(100)
    expect(times.takeDue(2_000_000)).toEqual([{ key: 'keeper', at: 5 }])
  })

  it('behaves like a sorted array under any sequence of calls', () => {
    const seed = randomUUID()
    const random = seededRandom(seed)
    const upTo = (limit: number): number => Math.floor(random.next() * limit)
    for (let round = 0; round < 200; round += 1) {
      const times = new DueTimes()
      const model = new SortedArray()
      const trace: string[] = []
      for (let call = 0; call < 60; call += 1) {
        const key = `k${upTo(12)}`
        const at = upTo(20)
        const kind = upTo(10)
        if (kind < 6) {
          trace.push(`set ${key} ${at}`)
          times.set(key, at)
          model.set(key, at)
        } else if (kind < 8) {
          trace.push(`remove ${key}`)
          times.set(key, null)
          model.set(key, null)
        } else {
          trace.push(`take ${at}`)
          expect(times.takeDue(at), `seed ${seed}, round ${round}: ${trace.join(', ')}`).toEqual(
            model.takeDue(at),
          )
        }
        expect(times.earliest, `seed ${seed}, round ${round}: ${trace.join(', ')}`).toBe(model.earliest)
      }
    }
  })
})
