import { describe, expect, it } from 'vitest'
import { inputDigest } from './input-digest.js'

const encoded = { format: 'mine', data: 'written by a codec' }

function digest(input: unknown): string {
  return inputDigest(input, encoded)
}

describe('inputDigest', () => {
  it('is the same for an input that refers to itself or to one part twice, and costs what it is', () => {
    const make = (deep: number): unknown => {
      let part: unknown = { at: 'the bottom' }
      for (let level = 0; level < deep; level++) part = { left: part, right: part }
      const ring: Record<string, unknown> = { part }
      ring['ring'] = ring
      return ring
    }
    expect(digest(make(60))).toBe(digest(make(60)))
    expect(digest(make(60))).not.toBe(digest(make(61)))
  })

  it.each([
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), new Uint8Array([2, 1])],
    ['patterns', /a/g, /a/g, /a/i],
    ['addresses', new URL('https://a.example/'), new URL('https://a.example'), new URL('https://b.example')],
    ['a hole and undefined', [undefined], [undefined], [null]],
    ['zeros', -0, -0, 0],
    ['no number', Number.NaN, Number.NaN, 'NaN'],
  ])('tells %s apart by what they are', (_, one, same, other) => {
    expect(digest(one)).toBe(digest(same))
    expect(digest(one)).not.toBe(digest(other))
  })

  it('is that of what was written, where only a codec of its own can write it', () => {
    class Money {}
    const other = { ...encoded, data: 'something else' }
    expect(inputDigest(new Money(), encoded)).toBe(inputDigest(new Money(), encoded))
    expect(inputDigest(new Money(), encoded)).not.toBe(inputDigest(new Money(), other))
  })
})
