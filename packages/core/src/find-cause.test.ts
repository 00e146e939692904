import { describe, expect, it } from 'vitest'
import { reviveError, toErrorObject } from './error-object.js'
import { CancelledError, ChildContextError, StepError } from './errors.js'
import { findCause } from './find-cause.js'

const cancelled = new CancelledError('Execution order-42 is being cancelled.')

describe('findCause', () => {
  it('finds the error itself', () => {
    expect(findCause(cancelled, 'CANCELLED')).toBe(cancelled)
  })

  it('finds a cause behind others, of the library and of the user', () => {
    const inner = new ChildContextError('inner failed', {}, { cause: cancelled })
    const outer = new ChildContextError('outer failed', {}, { cause: new Error('mine', { cause: inner }) })
    expect(findCause(outer, 'CANCELLED')).toBe(cancelled)
  })

  it('finds what was recorded and brought back', () => {
    const outer = new ChildContextError('outer failed', {}, { cause: cancelled })
    expect(findCause(reviveError(toErrorObject(outer)), 'CANCELLED')).toMatchObject({ code: 'CANCELLED' })
  })

  it('finds nothing where nothing of the code is', () => {
    const outer = new StepError(
      'failed',
      {},
      { cause: Object.assign(new Error('mine'), { code: 'CANCELLED' }) },
    )
    for (const other of [outer, new Error('mine'), 'cancelled', null, undefined]) {
      expect(findCause(other, 'CANCELLED')).toBeUndefined()
    }
  })

  it('ends where causes go in a circle, and where one cannot be read', () => {
    const circle = new Error('a')
    circle.cause = new Error('b', { cause: circle })
    expect(findCause(circle, 'CANCELLED')).toBeUndefined()
    const hostile = new Proxy({}, { get: () => expect.fail('refused') })
    expect(findCause(hostile, 'CANCELLED')).toBeUndefined()
  })
})
