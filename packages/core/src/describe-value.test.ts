import { describe, expect, it } from 'vitest'
import { describeValue } from './describe-value.js'

describe('describeValue', () => {
  it.each([
    ['text', '"text"'],
    [1.5, '1.5'],
    [-0, '-0'],
    [10n, '10n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('x'), 'Symbol(x)'],
    [[1, 2], 'array of 2'],
    [new Date(Number.NaN), 'Date (invalid)'],
    [new TypeError('boom'), 'TypeError: boom'],
    [{ password: 'secret' }, 'Object {password}'],
    [new Map(), 'Map {}'],
    [function pay() {}, 'function pay'],
  ])('says what %o is', (value, description) => {
    expect(describeValue(value)).toBe(description)
  })

  it('is never longer than 80 characters', () => {
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`property${index}`, index]))
    for (const value of ['x'.repeat(1_000_000), wide, 10n ** 500n, new Error('x'.repeat(1_000))]) {
      expect(describeValue(value).length).toBeLessThanOrEqual(80)
    }
  })

  it('survives a value that cannot be inspected', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(describeValue(proxy)).toBe('an object that cannot be inspected')
  })
})
