import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { type ErrorObject, reviveError, toErrorObject } from './error-object.js'
import { isDurableError, NonRetryableError, StepError } from './errors.js'

/** What a store does to it. */
function stored(thrown: unknown, limits?: { readonly maxBytes?: number }): ErrorObject {
  return JSON.parse(JSON.stringify(toErrorObject(thrown, limits)))
}

const replayed = (thrown: unknown): Error => reviveError(stored(thrown))

describe('toErrorObject and reviveError', () => {
  it('keep name, message, stack, code, cause and properties', () => {
    const cause = new RangeError('inner')
    const error = Object.assign(new TypeError('outer', { cause }), {
      code: 'E_PAY',
      status: 402,
      body: { ok: false },
    })
    const revived = replayed(error)
    expect(revived).toBeInstanceOf(TypeError)
    expect(revived).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      code: 'E_PAY',
      status: 402,
      body: { ok: false },
    })
    expect(revived.stack).toBe(error.stack)
    expect(revived.cause).toBeInstanceOf(RangeError)
    expect(Object.keys(revived)).toEqual(['code', 'status', 'body'])
  })

  it('keep no more after a second time', () => {
    const error = new StepError('failed', { operationId: 'op' }, { cause: new Error('why') })
    expect(stored(replayed(error))).toEqual(stored(error))
    expect(stored(replayed('text'))).toEqual({ ...stored('text'), stack: expect.any(String) })
  })

  it('bring an error of the library back as its class', () => {
    const revived = replayed(new StepError('Step failed', { operationId: 'op-1', attempts: 2 }))
    expect(revived).toBeInstanceOf(StepError)
    expect(isDurableError(revived, 'STEP_FAILED')).toBe(true)
    expect(revived).toMatchObject({ name: 'StepError', details: { operationId: 'op-1', attempts: 2 } })
  })

  it('do not take an error of a user for one of the library', () => {
    const revived = replayed(Object.assign(new Error('x'), { code: 'CANCELLED' }))
    expect(isDurableError(revived)).toBe(false)
    expect(revived).toMatchObject({ code: 'CANCELLED' })
  })

  it('name an error by its class if the class gives it no name', () => {
    class PaymentError extends TypeError {}
    class CardDeclined extends NonRetryableError {
      readonly last4 = '4242'
    }
    expect(stored(new PaymentError('x')).name).toBe('PaymentError')
    const declined = replayed(new CardDeclined('x'))
    expect(declined).toMatchObject({ name: 'CardDeclined', last4: '4242' })
    expect(isDurableError(declined, 'NON_RETRYABLE')).toBe(true)
  })

  it.each([
    ['a text', 'a text'],
    [42, 42],
    [null, null],
    [
      { code: 4, reason: 'no' },
      { code: 4, reason: 'no' },
    ],
  ])('keep %o, which is not an error, as a value', (thrown, value) => {
    const revived = replayed(thrown)
    expect(revived).toBeInstanceOf(Error)
    expect(revived).toMatchObject({ name: 'NonError', value })
  })

  it('keep a thrown undefined', () => {
    expect(replayed(undefined)).toMatchObject({ name: 'NonError', message: 'undefined was thrown' })
  })

  it('keep the errors of an AggregateError', () => {
    const error = new AggregateError([new TypeError('1'), '2'], 'all of them')
    const revived = replayed(error)
    expect(revived).toMatchObject({ name: 'AggregateError', errors: [{ name: 'TypeError' }, { value: '2' }] })
    expect(Object.keys(revived)).toEqual([])
  })

  it('keep an AbortError of the platform', () => {
    const controller = new AbortController()
    controller.abort()
    expect(replayed(controller.signal.reason)).toMatchObject({ name: 'AbortError' })
  })

  it('take an error of another realm for one', () => {
    expect(replayed(runInNewContext('new TypeError("other realm")'))).toMatchObject({
      name: 'TypeError',
      message: 'other realm',
    })
  })

  it('survive getters and proxies that throw', () => {
    const hostile = new Error('x')
    for (const key of ['stack', 'name', 'message', 'cause', 'code', 'extra']) {
      Object.defineProperty(hostile, key, { enumerable: true, get: () => expect.fail('read') })
    }
    expect(stored(hostile)).toMatchObject({ name: '', message: '' })
    const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
    revoke()
    expect(stored(proxy).name).toBe('NonError')
  })

  it('never set a prototype', () => {
    const revived = reviveError(
      JSON.parse('{"name":"Error","message":"x","data":{"__proto__":{"polluted":1}}}'),
    )
    expect(Reflect.get(revived, 'polluted')).toBeUndefined()
    expect(revived).toBeInstanceOf(Error)
  })

  it('read records that another producer wrote', () => {
    const foreign = { message: 'no name', data: [1, 2] } as unknown as ErrorObject
    expect(reviveError(foreign)).toMatchObject({ name: 'Error', message: 'no name', value: [1, 2] })
    const unknownCode = { name: 'X', message: 'x', code: 'NEWER_CODE', durable: true } as const
    expect(reviveError(unknownCode)).toMatchObject({ name: 'X', code: 'NEWER_CODE' })
  })
})

describe('toErrorObject', () => {
  it('cuts and marks what is too large, and stays within its limit', () => {
    const huge = Object.assign(new Error('\u0000'.repeat(1e6), { cause: new Error('ä'.repeat(1e6)) }), {
      body: 'x'.repeat(1e6),
    })
    for (const maxBytes of [1_000, 10_000, 32_768]) {
      const recorded = toErrorObject(huge, { maxBytes })
      expect(Buffer.byteLength(JSON.stringify(recorded))).toBeLessThanOrEqual(maxBytes)
      expect(recorded).toMatchObject({
        name: 'Error',
        truncated: true,
        cause: { name: 'Error', truncated: true },
      })
      expect(recorded.message.length).toBeGreaterThan(20)
    }
  })

  it('does not mark what is whole', () => {
    expect(toErrorObject(new Error('x'))).not.toHaveProperty('truncated')
  })

  it('cuts and marks a long or circular chain of causes', () => {
    let chain = new Error('0')
    for (let link = 1; link < 20; link += 1) chain = new Error(String(link), { cause: chain })
    const circular = new Error('loop')
    circular.cause = circular
    expect(depth(toErrorObject(chain))).toBe(8)
    expect(JSON.stringify(toErrorObject(chain))).toContain('"truncated":true')
    expect(depth(toErrorObject(circular))).toBe(1)
  })
})

function depth(recorded: ErrorObject): number {
  return recorded.cause === undefined ? 1 : 1 + depth(recorded.cause)
}

describe('an error that resists', () => {
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  }
  const inItself = (): Error => {
    const error = new AggregateError([], 'around')
    error.errors.push(error)
    return error
  }
  const endless = (): Error =>
    Object.defineProperty(new AggregateError([], 'endless'), 'errors', { get: () => [endless(), endless()] })

  it.each([
    [
      'has errors that cannot be listed',
      () => Object.defineProperty(new Error('x'), 'errors', { value: revoked() }),
    ],
    ['holds itself', inItself],
    ['holds others without end', endless],
    ['holds holes', () => new AggregateError(new Array(3), 'holes')],
    ['has a cause that cannot be looked at', () => new Error('x', { cause: revoked() })],
    ['is none, and cannot be asked', revoked],
  ])('%s: is recorded and revived all the same', (_, make) => {
    expect(reviveError(stored(make()))).toBeInstanceOf(Error)
  })

  it('is revived from the record of another producer, whatever that holds', () => {
    const record = { name: 'AggregateError', message: 'x', data: { errors: [null, 1] } }
    expect(reviveError(record)).toMatchObject({ errors: [null, 1] })
  })
})
