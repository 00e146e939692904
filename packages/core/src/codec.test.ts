import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { decodeValue, defaultCodec, encodeValue } from './codec.js'
import type { EncodedValue } from './encoded-value.js'
import { isDurableError, StepError } from './errors.js'
import { type SeededRandom, seededRandom } from './random.js'

function roundTrip<T>(value: T): T {
  const { encoded, copy } = encodeValue(value, 'input')
  const decoded = decodeValue(encoded, 'input')
  expect(decoded).toEqual(copy)
  return decoded as T
}

function refusal(value: unknown): string {
  try {
    encodeValue(value, 'input')
  } catch (error) {
    if (isDurableError(error, 'SERIALIZATION')) return error.message
    throw error
  }
  return 'accepted'
}

const holed: unknown[] = [undefined]
holed[2] = 1

describe('encodeValue', () => {
  it('stores a plain tree as readable JSON', () => {
    const value = { orderId: 'o-1', items: [{ sku: 'a', count: 2 }], note: null }
    const { encoded, copy } = encodeValue(value, 'input')
    expect(encoded).toEqual({ format: 'json', data: JSON.stringify(value) })
    expect(copy).toEqual(value)
    expect(copy).not.toBe(value)
  })

  it.each(['\u0000', '\ud800', 'a\udc00b', '\u2028</script>', '😀', '__proto__', '"__proto__":'])(
    'keeps the text %j',
    (text) => {
      expect(roundTrip(text)).toBe(text)
      expect(roundTrip({ [`key ${text}`]: [text] })).toEqual({ [`key ${text}`]: [text] })
      expect(roundTrip(new Set([text]))).toEqual(new Set([text]))
    },
  )

  it('keeps undefined at small cost', () => {
    expect(roundTrip(undefined)).toBeUndefined()
    expect(encodeValue(undefined, 'input').encoded).toBe(encodeValue(undefined, 'other').encoded)
  })

  it.each<[string, unknown]>([
    ['undefined and holes', { a: undefined, b: holed }],
    ['strange numbers', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 10n ** 30n]],
    ['dates', [new Date(5), new Date(Number.NaN), new Date(-8.64e15)]],
    [
      'maps and sets',
      new Map<unknown, unknown>([
        [{ key: 1 }, new Set([new Map()])],
        [undefined, null],
      ]),
    ],
    ['expressions', [/a\/b"/giu, Object.assign(/x/g, { lastIndex: 2 })]],
    ['addresses', [new URL('https://user:pass@host:1/p?q#h'), new URLSearchParams('a=1&a=2')]],
    [
      'bytes',
      [
        new ArrayBuffer(3),
        new Float32Array([1.5, -0]),
        new BigUint64Array([1n]),
        new DataView(new ArrayBuffer(2)),
      ],
    ],
    ['buffers', [Buffer.from('hello'), Buffer.alloc(0)]],
    ['no prototype', Object.create(null)],
    ['boxed values', [Object(1), Object('x'), Object(false), Object(1n)]],
  ])('keeps %s', (_, value) => {
    const copy = roundTrip(value)
    expect(copy).toStrictEqual(value)
    expect(encodeValue(value, 'input').encoded.format).toBe('rich')
  })

  it('keeps a Buffer a Buffer', () => {
    expect(Buffer.isBuffer(roundTrip(Buffer.from('x')))).toBe(true)
  })

  it('keeps cycles and shared references', () => {
    const value: { self?: unknown; pair: unknown[] } = { pair: [] }
    const shared = { n: 1 }
    value.self = value
    value.pair.push(shared, shared)
    const copy = roundTrip(value)
    expect(copy.self).toBe(copy)
    expect(copy.pair[0]).toBe(copy.pair[1])
  })

  it('keeps errors with their cause, and those of the library with class and code', () => {
    const cause = Object.assign(new RangeError('inner'), { at: new Date(0), status: 500 })
    const copy = roundTrip({ error: new StepError('outer', { attempts: 2 }, { cause }) })
    expect(copy.error).toBeInstanceOf(StepError)
    expect(isDurableError(copy.error, 'STEP_FAILED')).toBe(true)
    expect(copy.error).toMatchObject({ name: 'StepError', message: 'outer', details: { attempts: 2 } })
    expect(copy.error.cause).toBeInstanceOf(RangeError)
    expect(copy.error.cause).toMatchObject({ at: new Date(0), status: 500 })
  })

  it('keeps the values of another realm as values of this one', () => {
    const foreign = runInNewContext(
      '({ at: new Date(0), map: new Map([[1, [2]]]), error: new TypeError("x"), u: undefined })',
    )
    const copy = roundTrip(foreign)
    expect(copy.at).toBeInstanceOf(Date)
    expect(copy.map).toEqual(new Map([[1, [2]]]))
    expect(copy.error).toBeInstanceOf(TypeError)
  })

  class Money {
    readonly cents = 1
    toJSON(): number {
      return this.cents
    }
  }

  it.each<[string, unknown, string]>([
    [
      'a function',
      { items: [1, 2, { fn() {} }] },
      'input.items[2].fn cannot be stored: it is a function (fn)',
    ],
    ['a symbol', { 'a b': Symbol('x') }, 'input["a b"] cannot be stored: it is a symbol'],
    ['toJSON', { at: { toJSON: () => 1 } }, 'input.at.toJSON cannot be stored: it is a function'],
    ['an instance of a class', [new Money()], 'input[0] cannot be stored: it is an instance of Money'],
    ['a subclass of Map', new (class Registry extends Map {})(), 'it is an instance of Registry'],
    ['a subclass of Array', new (class List extends Array {})(), 'it is an instance of List'],
    [
      'a pretended Map',
      new (class Fake {
        readonly [Symbol.toStringTag] = 'Map'
      })(),
      'it is an instance of Fake',
    ],
    ['a promise', { a: Promise.resolve(1) }, 'input.a cannot be stored: it is a promise; await it first'],
    ['a WeakMap', new WeakMap(), 'it is an instance of WeakMap'],
    ['a generator', (function* () {})(), 'cannot be stored: it is an instance of'],
    ['shared memory', new SharedArrayBuffer(1), 'it is a SharedArrayBuffer'],
    ['a key of a map', new Map([[Symbol('k'), 1]]), 'input.keys() cannot be stored: it is a symbol'],
    ['a value of a map', new Map([['k', () => 1]]), 'input.get("k") cannot be stored: it is a function'],
    ['an item of a set', new Set([() => 1]), 'input.values() cannot be stored: it is a function'],
    ['a cause', new Error('x', { cause: () => 1 }), 'input.cause cannot be stored: it is a function'],
    ['a property of an error', Object.assign(new Error('x'), { fn: () => 1 }), 'input.fn cannot be stored'],
    ['a property of a map', Object.assign(new Map(), { extra: 1 }), 'it has the property extra'],
    ['a property of an array', Object.assign([1], { extra: 1 }), 'it is an array with the property extra'],
    [
      'an accessor',
      {
        get secret() {
          return expect.fail('read')
        },
      },
      'its property secret is an accessor',
    ],
    ['a hidden property', Object.defineProperty({}, 'h', { value: 1 }), 'its property h is not enumerable'],
    ['a symbol key', { [Symbol('k')]: 1 }, 'it has the symbol key Symbol(k)'],
    [
      'a __proto__ key',
      JSON.parse('{"a":{"__proto__":{"x":1}}}'),
      'input.a cannot be stored: it has the key __proto__',
    ],
  ])('refuses %s by name', (_, value, message) => {
    expect(refusal(value)).toContain(message)
  })

  it('refuses proxies and getters that throw instead of failing in their way', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(refusal({ a: proxy })).toContain('input')
    for (const trap of ['ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const) {
      const hostile = new Proxy(
        { a: 1 },
        {
          [trap]: () => {
            throw new Error('no')
          },
        },
      )
      expect(refusal(hostile), trap).toContain('reading it failed with Error: no')
    }
  })

  it('refuses a proxy that shows something else the second time', () => {
    let reads = 0
    const shifty = new Proxy(
      { a: 1 as unknown },
      {
        getOwnPropertyDescriptor: () => ({
          configurable: true,
          enumerable: true,
          value: reads++ === 0 ? undefined : 1,
        }),
        get: () => () => 1,
      },
    )
    expect(refusal(shifty)).toContain('cannot be stored')
  })

  it('refuses nesting beyond 1,000 whatever the depth, and keeps what is allowed', () => {
    const nest = (levels: number, wrap: (inner: unknown) => unknown): unknown => {
      let value: unknown = new Date(0)
      for (let level = 0; level < levels; level += 1) value = wrap(value)
      return value
    }
    const wraps: readonly ((inner: unknown) => unknown)[] = [
      (inner) => [inner],
      (inner) => ({ inner }),
      (inner) => new Map([['k', inner]]),
      (inner) => new Set([inner]),
      (inner) => new Error('x', { cause: inner }),
    ]
    for (const wrap of wraps) {
      expect(refusal(nest(20_000, wrap))).toContain('nested deeper than 1000')
      expect(refusal(nest(300, wrap))).toBe('accepted')
    }
    expect(refusal(nest(999, (inner) => [inner]))).toBe('accepted')
  })

  it('says in the details where it is, what it is and why it cannot be', () => {
    expect(() => encodeValue([Symbol('x')], 'step "charge"')).toThrow(
      expect.objectContaining({
        details: { field: 'step "charge"[0]', value: 'Symbol(x)', limit: 'it is a symbol' },
      }),
    )
  })
})

describe('decodeValue', () => {
  it.each<[EncodedValue, string]>([
    [{ format: 'json', data: '{' }, 'cannot be read back from its json format'],
    [{ format: 'rich', data: '[["Unknown",1],2]' }, 'cannot be read back from its rich format'],
    [{ format: 'rich', data: '{"a":1}' }, 'cannot be read back from its rich format'],
    [{ format: 'rich', data: '[["Error",1],-1]' }, 'cannot be read back'],
    [{ format: 'rich', data: '[["Error",0]]' }, 'cannot be read back'],
    [{ format: 'json', data: new Uint8Array([0xff]) }, 'cannot be read back'],
    [{ format: 'gzip', data: 'x' }, 'input was stored in the format "gzip": use the codec that wrote it'],
  ])('refuses %o with a typed error', (value, message) => {
    const decode = () => decodeValue(value, 'input')
    expect(decode).toThrow(expect.objectContaining({ code: 'DESERIALIZATION' }))
    expect(decode).toThrow(message)
  })

  it('reads text that a store gives back as bytes', () => {
    const { encoded } = encodeValue({ a: 'ä😀' }, 'input')
    const data = new TextEncoder().encode(String(encoded.data))
    expect(decodeValue({ format: 'json', data }, 'input')).toEqual({ a: 'ä😀' })
  })

  it.each(['{"__proto__":{"polluted":1}}', '[{"a":{"\\u005f_proto_\\u005F" :1}}]'])(
    'never lets a key __proto__ in: %s',
    (data) => {
      expect(() => decodeValue({ format: 'json', data }, 'input')).toThrow(/cannot be read back/)
    },
  )

  it('never lets a key __proto__ in by the rich format', () => {
    const hostile = [
      '[{"__proto__":1},{"polluted":2},1]',
      '[["null","__proto__",1],{"polluted":2},1]',
      '[["Error",1],{"name":2,"message":2,"properties":3},"x",{"__proto__":4},{"polluted":2}]',
    ]
    for (const data of hostile) {
      expect(() => decodeValue({ format: 'rich', data }, 'input')).toThrow(/cannot be read back/)
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('refuses data nested so deep that reading it would overflow the stack', () => {
    const depth = 200_000
    const data = `[${Array.from({ length: depth }, (_, index) => `[${index + 1}]`).join(',')},1]`
    expect(() => decodeValue({ format: 'rich', data }, 'input')).toThrow(/cannot be read back/)
  })
})

describe('defaultCodec', () => {
  it('reads what it wrote', async () => {
    const value = { at: new Date(0) }
    expect(await defaultCodec.decode(await defaultCodec.encode(value))).toEqual(value)
  })
})

describe('any value', () => {
  const seed = process.env['PERDURE_SEED'] ?? String(Date.now())

  it(`comes back as it was, and as the first pass saw it (PERDURE_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 500; round += 1) {
      const value = anyValue(random, 4)
      const { encoded, copy } = encodeValue(value, 'input')
      const stored: EncodedValue = JSON.parse(JSON.stringify(encoded))
      const about = `PERDURE_SEED=${seed}, round ${round}`
      expect(copy, about).toStrictEqual(value)
      expect(decodeValue(stored, 'input'), about).toStrictEqual(copy)
      expect(encodeValue(copy, 'input').encoded, about).toEqual(encoded)
    }
  })
})

function anyValue(random: SeededRandom, depth: number): unknown {
  const pick = <T>(choices: readonly (() => T)[]): T => choices[Math.floor(random.next() * choices.length)]!()
  const text = (): string =>
    String.fromCharCode(
      ...Array.from({ length: Math.floor(random.next() * 5) }, () =>
        pick([() => 32 + Math.floor(random.next() * 95), () => Math.floor(random.next() * 65_536)]),
      ),
    )
  const many = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random.next() * 4) }, make)
  const leaf: readonly (() => unknown)[] = [
    text,
    () => random.next() * 1e6,
    () => Math.floor(random.next() * 100),
    () => random.next() < 0.5,
    () => null,
  ]
  const richLeaf: readonly (() => unknown)[] = [
    () => undefined,
    () => -0,
    () => Number.NaN,
    () => BigInt(Math.floor(random.next() * 1e15)),
    () => new Date(Math.floor(random.next() * 1e13)),
    () => new Uint8Array(many(() => random.next() * 256)),
    () => new URL(`https://example.com/${Math.floor(random.next() * 1e6)}`),
  ]
  const inner = (): unknown => anyValue(random, depth - 1)
  const tree: readonly (() => unknown)[] = [
    () => many(inner),
    () => Object.fromEntries(many(() => [`k${text()}`, inner()])),
  ]
  const richTree: readonly (() => unknown)[] = [
    () => new Map(many(() => [inner(), inner()])),
    () => new Set(many(inner)),
    () => Object.assign(new TypeError(text(), { cause: inner() ?? 'none' }), { extra: inner() ?? 'none' }),
  ]
  const isPlain = random.next() < 0.7
  if (depth === 0 || random.next() < 0.2) return pick(isPlain ? leaf : richLeaf)
  return pick(isPlain ? tree : richTree)
}
