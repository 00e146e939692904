import { describe, expect, it } from 'vitest'
import { byteLength, checkPayloadSize } from './encoded-value.js'
import { isDurableError } from './errors.js'

describe('byteLength', () => {
  it('counts text as UTF-8', () => {
    expect(byteLength({ format: 'json', data: '"aé€😀"' })).toBe(12)
  })

  it('counts bytes as they are', () => {
    expect(byteLength({ format: 'gzip', data: new Uint8Array(10).subarray(2, 5) })).toBe(3)
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
