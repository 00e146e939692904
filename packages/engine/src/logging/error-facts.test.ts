import { StoreError, toErrorObject } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { errorFacts, errorLine } from './error-facts.js'

const secret = Object.assign(new TypeError('card 4711', { cause: new RangeError('pin 0815') }), {
  code: 'DECLINED',
  card: '4711',
})

describe('what a log says of an error', () => {
  it('is its name and code, and those of its causes', () => {
    for (const error of [secret, toErrorObject(secret)]) {
      expect(errorFacts(error, false)).toEqual({
        name: 'TypeError',
        code: 'DECLINED',
        cause: { name: 'RangeError' },
      })
    }
  })

  it('is its message too where that may be logged, and never its stack or properties', () => {
    const facts = errorFacts(toErrorObject(secret), true)
    expect(facts).toEqual({
      name: 'TypeError',
      code: 'DECLINED',
      message: 'card 4711',
      cause: { name: 'RangeError', message: 'pin 0815' },
    })
  })

  it('is the message of a store in any case, and not that of what it was caused by', () => {
    const cause = Object.assign(new Error('patient 4711'), { code: 'SQLITE_FULL' })
    const error = new StoreError('the disk is full', { retryable: true }, { cause })
    expect(errorFacts(error, false)).toEqual({
      name: 'StoreError',
      code: 'STORE_FAILED',
      message: 'the disk is full',
      cause: { name: 'Error', code: 'SQLITE_FULL' },
    })
  })

  it('is something of whatever was thrown, and of causes that go in a circle', () => {
    expect(errorFacts('4711', true)).toEqual({ name: 'NonError' })
    const circle = new Error('a')
    circle.cause = circle
    expect(JSON.stringify(errorFacts(circle, false)).length).toBeLessThan(1_000)
    expect(errorFacts(new Proxy({}, { get: () => expect.fail('refused') }), true)).toEqual({
      name: 'NonError',
    })
  })

  it('fits into a line', () => {
    expect(errorLine({ name: 'TypeError' })).toBe('TypeError')
    expect(errorLine({ name: 'TypeError', code: 'DECLINED' })).toBe('TypeError [DECLINED]')
    expect(errorLine({ name: 'TypeError', code: 'DECLINED', message: 'no' })).toBe('TypeError [DECLINED]: no')
  })
})
