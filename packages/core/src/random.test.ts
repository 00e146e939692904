import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.js'

describe('seededRandom', () => {
  it('gives numbers that never change for a seed: a replay draws them again', () => {
    const random = seededRandom('order-42/1')
    expect([random.next(), random.next(), random.uuid()]).toMatchInlineSnapshot(`
      [
        0.6993841809000135,
        0.2625897043754213,
        "41e36fcd-f148-4771-9d03-b3c8a180bd7e",
      ]
    `)
  })

  it('gives other numbers for another seed', () => {
    expect(seededRandom('a').next()).not.toBe(seededRandom('b').next())
  })

  it('gives numbers from 0 to less than 1, evenly', () => {
    const random = seededRandom('even')
    const buckets = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 20_000; draw += 1) {
      const value = random.next()
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1)
      const bucket = Math.floor(value * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(200)
  })

  it('gives UUIDs of version 4 that do not repeat', () => {
    const random = seededRandom('uuids')
    const drawn = new Set(Array.from({ length: 2_000 }, () => random.uuid()))
    expect(drawn.size).toBe(2_000)
    for (const uuid of drawn) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })
})
