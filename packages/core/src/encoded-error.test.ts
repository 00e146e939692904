import { describe, expect, it } from 'vitest'
import type { Codec } from './codec.js'
import { decodeError, encodedMessage, encodeError, encodeReason, saying, showError } from './encoded-error.js'
import { toErrorObject } from './error-object.js'

function turned(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xa5)
}

const bytes: Codec = {
  name: 'bytes',
  encode: (value) => ({ format: 'bytes', data: turned(Buffer.from(JSON.stringify(value))) }),
  decode: ({ data }) => JSON.parse(Buffer.from(turned(Buffer.from(data))).toString()),
}
const text: Codec = {
  name: 'text',
  encode: (value) => ({ format: 'text', data: Buffer.from(JSON.stringify(value)).toString('hex') }),
  decode: ({ data }) => JSON.parse(Buffer.from(String(data), 'hex').toString()),
}
const slow: Codec = {
  name: 'bytes',
  encode: async (value) => bytes.encode(value),
  decode: async (value) => bytes.decode(value),
}
const broken: Codec = {
  name: 'broken',
  encode: () => {
    throw new Error('no key')
  },
  decode: () => {
    throw new Error('no key')
  },
}

const error = toErrorObject(
  Object.assign(new TypeError('CANARY', { cause: new Error('CANARY') }), {
    code: 'DECLINED',
    card: 'CANARY',
  }),
)

describe('an error that a codec keeps', () => {
  it.each([bytes, text, slow])(
    'has its name and code in clear, and comes back as it was (%#)',
    async (codec) => {
      const kept = await encodeError(error, codec)
      expect(kept).toEqual({
        name: 'TypeError',
        code: 'DECLINED',
        message: encodedMessage,
        encoded: expect.objectContaining({ format: codec.name }),
      })
      expect(JSON.stringify(kept)).not.toMatch(/CANARY|card|encoded-error/)
      expect(await decodeError(JSON.parse(JSON.stringify(kept)), codec)).toEqual(error)
    },
  )

  it('is as it is without a codec, and is not encoded twice', async () => {
    expect(encodeError(error, undefined)).toBe(error)
    const kept = await encodeError(error, bytes)
    expect(encodeError(kept, text)).toBe(kept)
    expect(decodeError(error, bytes)).toBe(error)
  })

  it('keeps the marks that it is one of the library, and that it was cut', async () => {
    const marked = { ...error, durable: true, truncated: true } as const
    expect(await encodeError(marked, bytes)).toMatchObject({ durable: true, truncated: true })
  })

  it.each([broken, { ...broken, encode: () => Promise.reject(new Error('no key')) }])(
    'is kept without what it says if the codec refuses it (%#)',
    async (codec) => {
      const kept = await encodeError(error, codec)
      expect(kept).toMatchObject({ name: 'TypeError', code: 'DECLINED', truncated: true })
      expect(JSON.stringify(kept)).not.toMatch(/CANARY|card/)
    },
  )

  it.each([undefined, null, {}, { format: 'x' }, { format: 'x', data: {} }])(
    'is kept without what it says if what the codec gives is no encoded value (%#)',
    async (given) => {
      const sync = { ...broken, encode: () => given as never }
      const async = { ...broken, encode: async () => given as never }
      for (const codec of [sync, async])
        expect(await encodeError(error, codec)).toMatchObject({ name: 'TypeError', truncated: true })
    },
  )

  it('is shown as it is recorded where it cannot be read', async () => {
    const kept = await encodeError(error, bytes)
    await expect(async () => decodeError(kept, broken)).rejects.toThrow('no key')
    await expect(async () => decodeError(kept, undefined)).rejects.toMatchObject({ code: 'DESERIALIZATION' })
    for (const codec of [broken, undefined]) expect(await showError(kept, codec)).toBe(kept)
    expect(await showError(kept, slow)).toEqual(error)
  })

  it('says nothing if the codec reads something else than was written', async () => {
    const kept = await encodeError(error, bytes)
    for (const said of [undefined, null, 'x', 5, {}, { message: 5 }])
      expect(await decodeError(kept, { ...bytes, decode: () => said })).toEqual({
        name: 'TypeError',
        code: 'DECLINED',
        message: encodedMessage,
      })
  })
})

describe('a reason', () => {
  it('is text without a codec', async () => {
    expect(await encodeReason('CANARY', undefined)).toBe('CANARY')
    expect(saying('CANARY')).toEqual({ message: 'CANARY' })
  })

  it('is what a codec makes of it', async () => {
    const reason = await encodeReason('CANARY', slow)
    expect(JSON.stringify(reason)).not.toContain('CANARY')
    const cancelled = { name: 'CancelledError', ...saying(reason) }
    expect(cancelled.message).toBe(encodedMessage)
    expect(await decodeError(cancelled, slow)).toEqual({ name: 'CancelledError', message: 'CANARY' })
  })

  it('is not kept if the codec refuses it', async () => {
    expect(await encodeReason('CANARY', broken)).not.toContain('CANARY')
  })
})
