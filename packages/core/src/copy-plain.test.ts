import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { copyPlain } from './copy-plain.js'

class Money {
  readonly cents = 1
}
const shared = {}
const holed: unknown[] = [1]
holed[2] = 3
const cyclic: unknown[] = []
cyclic.push(cyclic)

describe('copyPlain', () => {
  it.each([null, true, 0, -1.5, '', '\u0000\ud800', undefined])('takes %o as it is', (value) => {
    expect(copyPlain(value)).toEqual({ plain: true, copy: value })
  })

  it('copies a tree so that it shares nothing', () => {
    const value = { list: [1, { deep: ['x', null] }], empty: {}, none: [] as unknown[], '': 1, toJSON: 5 }
    const result = copyPlain(value)
    if (!result.plain) throw new Error('not plain')
    expect(result.copy).toEqual(value)
    expect(result.copy).not.toBe(value)
    value.none.push('later')
    expect(result.copy).toMatchObject({ none: [] })
  })

  it('copies to what reading it back would give', () => {
    const value = { b: 1, a: [{ 2: 'x', 1: 'y' }], constructor: 'own', hasOwnProperty: true }
    const result = copyPlain(value)
    expect(JSON.stringify(result.plain && result.copy)).toBe(JSON.stringify(value))
  })

  it.each([
    ['-0', { a: -0 }],
    ['NaN', [Number.NaN]],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['a nested undefined', { a: undefined }],
    ['a bigint', 1n],
    ['a symbol', [Symbol('x')]],
    ['a function', { toJSON: () => 1 }],
    ['a hole', holed],
    ['an array with a property', Object.assign([1], { index: 0 })],
    ['a symbol key', { [Symbol('x')]: 1 }],
    [
      'an accessor',
      {
        get a() {
          return 1
        },
      },
    ],
    ['a property that is not enumerable', Object.defineProperty({}, 'a', { value: 1 })],
    ['a __proto__ key', JSON.parse('{"__proto__":1}')],
    ['an object without prototype', Object.create(null)],
    ['an instance of a class', new Money()],
    ['an array of a subclass', new (class extends Array {})()],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['an Error', new Error('x')],
    ['a boxed number', Object(1)],
    ['a shared reference', [shared, shared]],
    ['a cycle', cyclic],
  ])('does not take %s for plain', (_, value) => {
    expect(copyPlain(value)).toEqual({ plain: false })
  })

  it('takes plain objects of another realm', () => {
    const result = copyPlain(runInNewContext('({ a: [1, { b: 2 }] })'))
    expect(result).toEqual({ plain: true, copy: { a: [1, { b: 2 }] } })
    expect(Object.getPrototypeOf(result.plain && result.copy)).toBe(Object.prototype)
  })

  it('does not take an instance of a class of another realm for plain', () => {
    expect(copyPlain(runInNewContext('new (class A {})()'))).toEqual({ plain: false })
    expect(copyPlain(runInNewContext('new (class A extends Array {})()'))).toEqual({ plain: false })
    expect(copyPlain(Object.create({ inherited: 1 }))).toEqual({ plain: false })
  })

  it('takes nesting of 1,000 and no deeper', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = 1
      for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value }
      return value
    }
    expect(copyPlain(nested(1_000)).plain).toBe(true)
    expect(copyPlain(nested(1_001)).plain).toBe(false)
    expect(copyPlain(nested(1_000_000)).plain).toBe(false)
  })
})
