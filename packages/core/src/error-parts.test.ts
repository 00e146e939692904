import { describe, expect, it } from 'vitest'
import { createError, errorParts, fillError, isError } from './error-parts.js'
import { NonRetryableError } from './errors.js'

function rebuilt(error: Error): Error {
  const parts = errorParts(error)
  const copy = createError(parts)
  fillError(copy, parts)
  return copy
}

describe('errorParts, createError and fillError', () => {
  it('give an error with the same properties, enumerable where they were', () => {
    const error = Object.assign(new SyntaxError('x', { cause: { any: 'thing' } }), { code: 7, line: 3 })
    const copy = rebuilt(error)
    expect(copy).toBeInstanceOf(SyntaxError)
    expect(Object.entries(copy)).toEqual(Object.entries(error))
    expect(copy.cause).toBe(error.cause)
    expect(copy.stack).toBe(error.stack)
    expect(Object.getOwnPropertyDescriptor(copy, 'message')).toEqual(
      Object.getOwnPropertyDescriptor(error, 'message'),
    )
  })

  it('give an error of the library without calling its constructor', () => {
    let calls = 0
    class Declined extends NonRetryableError {
      constructor(message: string) {
        super(message)
        calls += 1
      }
    }
    const copy = rebuilt(new Declined('x'))
    expect(copy).toBeInstanceOf(NonRetryableError)
    expect(copy.name).toBe('Declined')
    expect(calls).toBe(1)
  })
})

describe('isError', () => {
  it('tells errors from what only looks like one', () => {
    expect(isError(new RangeError('x'))).toBe(true)
    expect(isError({ name: 'Error', message: 'x', stack: '' })).toBe(false)
    expect(isError('Error')).toBe(false)
  })
})
