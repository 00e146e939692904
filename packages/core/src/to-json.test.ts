import { describe, expect, it } from 'vitest'
import { cutText, toJson } from './to-json.js'

const json = (value: unknown, maxChars = 10_000) => toJson(value, maxChars).json

describe('toJson', () => {
  it('keeps what JSON can keep', () => {
    const value = { text: 'x', number: 1.5, yes: true, none: null, list: [1, { deep: 'y' }] }
    expect(toJson(value, 10_000)).toEqual({ json: value, truncated: false })
  })

  it('leaves out what it cannot keep', () => {
    class Socket {
      readonly secret = 1
    }
    const value = {
      fn: () => 1,
      symbol: Symbol('x'),
      missing: undefined,
      socket: new Socket(),
      bytes: Buffer.from('x'),
    }
    expect(json(value)).toEqual({})
    expect(json([1, () => 1])).toEqual([1, null])
  })

  it('writes dates, addresses, large and strange numbers as text', () => {
    const value = { at: new Date(0), url: new URL('http://x/'), big: 10n, nan: Number.NaN }
    expect(json(value)).toEqual({ at: '1970-01-01T00:00:00.000Z', url: 'http://x/', big: '10', nan: 'NaN' })
  })

  it('ends at cycles and marks what is nested too deep', () => {
    const cyclic: Record<string, unknown> = { a: 1 }
    cyclic['self'] = cyclic
    expect(toJson(cyclic, 1_000)).toEqual({ json: { a: 1 }, truncated: false })
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    expect(toJson(deep, 1_000).truncated).toBe(true)
  })

  it('cuts and marks what is too large', () => {
    const { json: cut, truncated } = toJson(
      { list: Array.from({ length: 1e5 }, (_, index) => `item ${index}`) },
      500,
    )
    expect(truncated).toBe(true)
    expect(JSON.stringify(cut).length).toBeLessThan(1_000)
  })

  it('survives getters that throw and does not set a prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":1},"a":1}')
    Object.defineProperty(hostile, 'b', { enumerable: true, get: () => expect.fail('read') })
    expect(json(hostile)).toEqual({ a: 1 })
    expect(json({ toJSON: () => expect.fail('called') })).toBeUndefined()
  })
})

describe('cutText', () => {
  it('does not tear a surrogate pair apart', () => {
    expect(cutText('ab😀', 3)).toBe('ab')
    expect(cutText('ab😀', 4)).toBe('ab😀')
    expect(cutText('abc', 0)).toBe('')
  })
})
