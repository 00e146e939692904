import { describe, expect, it } from 'vitest'
import { byteLength, checkEncoded, checkPayloadSize } from './encoded-value.js'
import { isDurableError } from './errors.js'

describe('byteLength', () => {
  it('counts text as UTF-8', () => {
    expect(byteLength({ format: 'json', data: '"aé€😀"' })).toBe(12)
  })

  it('counts bytes as they are', () => {
    expect(byteLength({ format: 'gzip', data: new Uint8Array(10).subarray(2, 5) })).toBe(3)
  })
})

describe('checkEncoded', () => {
  it('takes text and bytes, in whatever format can be printed', () => {
    for (const data of ['x', '', new Uint8Array(1), Buffer.from('x')])
      expect(checkEncoded({ format: 'aes-256 (v2)', data }, 'input')).toEqual({
        format: 'aes-256 (v2)',
        data,
      })
  })

  it.each<[string, unknown]>([
    ['value', undefined],
    ['value', null],
    ['value', 'secret 4711'],
    ['format', { data: 'x' }],
    ['format', { format: 5, data: 'x' }],
    ['format', { format: '', data: 'x' }],
    ['format', { format: 'x'.repeat(65), data: 'x' }],
    ['format', { format: 'é', data: 'x' }],
    ['format', { format: 'a\n', data: 'x' }],
    ['data', { format: 'x' }],
    ['data', { format: 'x', data: null }],
    ['data', { format: 'x', data: { secret: 4711 } }],
    ['data', { format: 'x', data: new ArrayBuffer(4) }],
  ])('refuses another %s, naming the field and the limit (%#)', (part, given) => {
    expect(() => checkEncoded(given, 'input')).toThrow(
      expect.objectContaining({
        code: 'SERIALIZATION',
        message: expect.stringContaining(`input cannot be stored: the ${part} that its codec gave (`),
        details: expect.objectContaining({ field: 'input', limit: expect.any(String) }),
      }),
    )
    expect(() => checkEncoded(given, 'input')).not.toThrow('4711')
  })
})

describe('checkPayloadSize', () => {
  it('accepts a value of exactly the limit', () => {
    checkPayloadSize({ format: 'json', data: '"€€"' }, { field: 'input', limitBytes: 8 })
  })

  it('refuses one byte more and names field, size and limit', () => {
    const check = () => checkPayloadSize({ format: 'json', data: '"€€"' }, { field: 'input', limitBytes: 7 })
    expect(check).toThrow(expect.objectContaining({ details: { field: 'input', size: 8, limit: 7 } }))
    expect(check).toThrow(expect.toSatisfy((error) => isDurableError(error, 'PAYLOAD_TOO_LARGE')))
  })

  it('measures bytes by their length, not by three times that', () => {
    const data = new Uint8Array(10)
    checkPayloadSize({ format: 'gzip', data }, { field: 'input', limitBytes: 10 })
    expect(() => checkPayloadSize({ format: 'gzip', data }, { field: 'input', limitBytes: 9 })).toThrow(
      /10 bytes/,
    )
  })
})
