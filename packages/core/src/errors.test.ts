import { describe, expect, it } from 'vitest'
import { errorCodes } from './error-codes.js'
import {
  durableErrorClasses,
  errorBrand,
  isDurableError,
  LeaseHeldError,
  NonDeterministicError,
  NonRetryableError,
  PayloadTooLargeError,
  StepError,
  UnsupportedOperationError,
  ValidationError,
} from './errors.js'

describe('DurableError', () => {
  it('carries code, name, details and cause', () => {
    const cause = new Error('socket closed')
    const error = new StepError('Step "charge" failed', { operationId: 'op-1', attempts: 3 }, { cause })
    expect(error).toMatchObject({
      code: 'STEP_FAILED',
      name: 'StepError',
      message: 'Step "charge" failed',
      details: { operationId: 'op-1', attempts: 3 },
    })
    expect(error.cause).toBe(cause)
    expect(error.stack).toContain('StepError: Step "charge" failed')
  })

  it('keeps a cause that is given as the second argument, as every error does', () => {
    const cause = new Error('socket closed')
    const error = new NonRetryableError('no', { cause })
    expect([error.cause, error.details]).toEqual([cause, {}])
    const detailed = new StepError('no', { name: 'charge', cause })
    expect([detailed.cause, detailed.details]).toEqual([cause, { name: 'charge' }])
    const validation = new ValidationError({ field: 'x', value: 1, cause })
    expect([validation.cause, Object.keys(validation.details)]).toEqual([cause, ['field', 'value']])
    expect(Object.hasOwn(new NonRetryableError('no'), 'cause')).toBe(false)
    expect(Object.hasOwn(new NonRetryableError('no', { cause: undefined }), 'cause')).toBe(true)
  })

  it('has a typed code', () => {
    const error: unknown = new LeaseHeldError('held', { remainingMs: 5 })
    if (!isDurableError(error, 'LEASE_HELD')) throw new Error('not recognised')
    const code: 'LEASE_HELD' = error.code
    expect(code).toBe('LEASE_HELD')
  })

  it('lets a subclass of a user keep the code and have a name of its own', () => {
    class CardDeclined extends NonRetryableError {}
    expect(new CardDeclined('no')).toMatchObject({ code: 'NON_RETRYABLE', name: 'CardDeclined' })
  })

  it('shows nothing but code and details as enumerable properties', () => {
    expect(Object.keys(new StepError('x'))).toEqual(['code', 'details'])
  })
})

describe('isDurableError', () => {
  it('recognises an error of another copy of the package by its brand', () => {
    const foreign = Object.assign(new Error('x'), { code: 'VALIDATION', [Symbol.for('perdure.error')]: true })
    expect(isDurableError(foreign)).toBe(true)
    expect(isDurableError(foreign, 'VALIDATION')).toBe(true)
    expect(isDurableError(foreign, 'CANCELLED')).toBe(false)
  })

  it('does not take an error of a user with the same code for one of ours', () => {
    expect(isDurableError(Object.assign(new Error('x'), { code: 'CANCELLED' }))).toBe(false)
  })

  it.each([undefined, null, 'VALIDATION', 1, Symbol('x'), () => {}, {}])('answers false for %o', (value) => {
    expect(isDurableError(value)).toBe(false)
  })

  it('survives a proxy that throws', () => {
    const hostile = new Proxy({}, { get: () => expect.fail('refused') })
    expect(isDurableError(hostile)).toBe(false)
  })

  it('uses a brand that every copy shares', () => {
    expect(errorBrand).toBe(Symbol.for('perdure.error'))
  })
})

describe('messages', () => {
  it('of ValidationError name field, value and limit', () => {
    const error = new ValidationError({ field: 'options.limit', value: -1, limit: 'a number of 0 or more' })
    expect(error.message).toBe('options.limit must be a number of 0 or more (options.limit was -1)')
    expect(error.details).toEqual({ field: 'options.limit', value: '-1', limit: 'a number of 0 or more' })
  })

  it('of ValidationError show neither long values nor the contents of objects', () => {
    const long = new ValidationError({ field: 'name', value: 'x'.repeat(5_000), limit: 'short' })
    expect(long.message.length).toBeLessThan(140)
    const secret = new ValidationError({ field: 'auth', value: { token: 's3cret' }, limit: 'a string' })
    expect(secret.message).toContain('Object {token}')
    expect(JSON.stringify(secret.details)).not.toContain('s3cret')
  })

  it('of PayloadTooLargeError name size and limit', () => {
    const error = new PayloadTooLargeError({ field: 'input', size: 2_000, limit: 1_000 })
    expect(error.message).toMatch(/input is 2000 bytes .* limit of the adapter is 1000 bytes/)
    expect(error.details).toEqual({ field: 'input', size: 2_000, limit: 1_000 })
  })

  it('of PayloadTooLargeError advise to raise the limit only where it can be raised', () => {
    const size = { field: 'input', size: 2_000, limit: 1_000 }
    expect(new PayloadTooLargeError({ ...size, adapterLimit: 5_000 }).message).toMatch(
      /raise maxPayloadBytes .* up to 5000/,
    )
    for (const error of [
      new PayloadTooLargeError({ ...size, adapterLimit: 1_000 }),
      new PayloadTooLargeError(size),
    ]) {
      expect(error.message).toContain('the limit of the adapter is 1000 bytes')
      expect(error.message).not.toContain('raise')
    }
  })

  it('of UnsupportedOperationError name adapter and capability', () => {
    const error = new UnsupportedOperationError({ adapter: 'memory', capability: 'schedules' })
    expect(error.message).toMatch(/memory adapter .* schedules/)
  })

  it('of NonDeterministicError name both sides', () => {
    const error = new NonDeterministicError({
      operationId: 'op-1',
      path: 'charge',
      expected: 'STEP "charge"',
      actual: 'WAIT "charge"',
      executionId: 'order-42',
    })
    expect(error.message).toMatch(/charge of execution order-42 .* STEP "charge" .* WAIT "charge"/)
  })
})

it.each(Object.keys(errorCodes))('%s is the code of an error that names itself', (code) => {
  const type: new (params: never) => Error = durableErrorClasses[code as keyof typeof errorCodes]
  const error = new type({ field: 'x', value: 1 } as never)
  expect(error).toMatchObject({ code, name: errorCodes[code as keyof typeof errorCodes].className })
  expect(isDurableError(error)).toBe(true)
})
