import { describe, expect, it } from 'vitest'
import type { Codec } from '../codec.js'
import { UnreadableValue } from './unreadable-value.js'
import { Values } from './values.js'

const limits = { limitBytes: 100 }
const plain = new Values(undefined, limits)

function reversed(name: string): Codec {
  const turn = (text: string): string => [...text].reverse().join('')
  return {
    name,
    encode: (value) => ({ format: name, data: turn(JSON.stringify(value)) }),
    decode: (value) => JSON.parse(turn(String(value.data))),
  }
}

function slow(codec: Codec): Codec {
  return {
    name: codec.name,
    encode: async (value) => codec.encode(value),
    decode: async (value) => codec.decode(value),
  }
}

describe('write', () => {
  it('gives the copy that a replay will read, without reading it back', async () => {
    const given = { when: new Date(0), tags: ['a'] }
    const { encoded, outcome } = await plain.write(given, 'result')
    expect(outcome?.value).toEqual(given)
    expect(outcome?.value).not.toBe(given)
    expect(plain.read(encoded, 'result')).toEqual(given)
  })

  it('gives no copy where a codec of the user writes: what it will read, only it knows', async () => {
    const { encoded, outcome } = await new Values(reversed('r'), limits).write('abc', 'result')
    expect(encoded).toEqual({ format: 'r', data: '"cba"' })
    expect(outcome).toBeUndefined()
  })

  it('prefers the codec of the operation', async () => {
    const { encoded } = await new Values(reversed('engine'), limits).write(1, 'result', reversed('own'))
    expect(encoded.format).toBe('own')
  })

  it('waits for a codec that needs time', async () => {
    const values = new Values(slow(reversed('slow')), limits)
    const { encoded } = await values.write('abc', 'result')
    await expect(values.read(encoded, 'result')).resolves.toBe('abc')
  })

  it('refuses what cannot be stored', () => {
    expect(() => plain.write(() => 1, 'result')).toThrow(expect.objectContaining({ code: 'SERIALIZATION' }))
  })

  it('refuses what a codec gives that is no encoded value', async () => {
    const odd: Codec = { ...reversed('odd'), encode: () => ({ format: 'odd', data: {} }) as never }
    const refused = expect.objectContaining({ code: 'SERIALIZATION' })
    expect(() => new Values(odd, limits).write(1, 'result')).toThrow(refused)
    await expect(new Values(slow(odd), limits).write(1, 'result')).rejects.toThrow(refused)
  })

  it('refuses what is too large, naming field, size and limit, with or without a codec', async () => {
    const large = 'x'.repeat(200)
    const details = { field: 'result', size: 202, limit: 100 }
    const tooLarge = expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details })
    expect(() => plain.write(large, 'result')).toThrow(tooLarge)
    expect(() => new Values(reversed('r'), limits).write(large, 'result')).toThrow(tooLarge)
    await expect(new Values(slow(reversed('r')), limits).write(large, 'result')).rejects.toThrow(tooLarge)
  })
})

describe('read', () => {
  it('of nothing is undefined', () => {
    expect(plain.read(null, 'result')).toBeUndefined()
  })

  it('names the field, the codec and the format, and nothing that the codec said of the value', async () => {
    const broken: Codec = {
      name: 'broken',
      encode: () => ({ format: 'broken', data: '' }),
      decode: () => {
        throw new TypeError('secret 4711')
      },
    }
    const stored = { format: 'broken', data: '' }
    const reads = [
      () => new Values(broken, limits).read(stored, 'result'),
      () => new Values(slow(broken), limits).read(stored, 'result'),
    ]
    for (const read of reads) {
      const unreadable = await Promise.resolve()
        .then(read)
        .catch((error: unknown) => error)
      expect(unreadable).toBeInstanceOf(UnreadableValue)
      const { message } = unreadable as UnreadableValue
      for (const part of ['result', '"broken"', 'TypeError']) expect(message).toContain(part)
      expect(message).not.toContain('4711')
    }
  })

  it('says of a format that is nobody’s what it is', () => {
    expect(() => plain.read({ format: 'aes', data: '' }, 'result')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('"aes" with DESERIALIZATION') }),
    )
  })
})
