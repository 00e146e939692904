import { describe, expect, it } from 'vitest'
import { parseRich, stringifyRich } from './rich-format.js'

function failure(): Error {
  const error = Object.assign(new TypeError('bad', { cause: 'why' }), { code: 'E', status: 5 })
  error.stack = 'TypeError: bad\n    at pay'
  return error
}

const shared = { x: 1 }
const holed: unknown[] = []
holed[1] = 1
holed[2] = undefined
const cyclic: unknown[] = []
cyclic.push(cyclic)

/** Written by earlier versions. **Never change a text, only add more**: histories with them lie in databases. */
const written: readonly (readonly [text: string, value: unknown])[] = [
  ['-1', undefined],
  ['-6', -0],
  [
    '[{"a":-1,"b":1,"c":2,"d":3,"e":4},[-3,-4,-5,-6],["BigInt","10"],["Date","1970-01-01T00:00:00.000Z"],["Date",""]]',
    {
      a: undefined,
      b: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
      c: 10n,
      d: new Date(0),
      e: new Date(Number.NaN),
    },
  ],
  [
    '[["Error",1],{"name":2,"message":3,"stack":4,"code":5,"cause":6,"properties":8},' +
      '"TypeError","bad","TypeError: bad\\n    at pay","E",{"value":7},"why",{"status":9},5]',
    failure(),
  ],
  [
    '[{"map":1,"regExp":5,"url":6},["Map",2,3],"a",["Set",4],1,["RegExp","a\\"b","gi"],["URL","https://x/y?z#w"]]',
    {
      map: new Map<unknown, unknown>([['a', new Set([1])]]),
      regExp: /a"b/gi,
      url: new URL('https://x/y?z#w'),
    },
  ],
  ['[[1,1,3],{"x":2},1,[3]]', [shared, shared, cyclic]],
  ['[[-2,1,-1],1]', holed],
  [
    '[[1,4,6,9],["Buffer",2],[3],"aGk=",["Uint8Array",5],["ArrayBuffer","AQI="],["View",7],["Uint8Array",8],["ArrayBuffer","AQI="],["ArrayBuffer","AAA="]]',
    [Buffer.from('hi'), new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1), new ArrayBuffer(2)],
  ],
  [
    '[["null","a",1],"\\u003C/script>\\u2028\\ud800\\u0000"]',
    Object.assign(Object.create(null), { a: '</script>\u2028\ud800\u0000' }),
  ],
  ['[["RegExpAt",1],[2,3,4],"a","y",3]', Object.assign(/a/y, { lastIndex: 3 })],
  ['[["BigInt64Array",1],["ArrayBuffer","//////////8="]]', new BigInt64Array([-1n])],
]

describe('the rich format', () => {
  it.each(written)('reads %s', (text, value) => {
    expect(parseRich(text)).toEqual(value)
  })

  it.each(written)('still writes %s', (text, value) => {
    expect(stringifyRich(value)).toBe(text)
  })

  it('makes an error that is part of a cycle once', () => {
    const error: Error & { self?: Error; list?: unknown[] } = new Error('loop')
    error.self = error
    error.list = [error, { error }]
    error.cause = error
    const copy = parseRich(stringifyRich(error)) as typeof error
    expect(copy.self).toBe(copy)
    expect(copy.cause).toBe(copy)
    expect(copy.list).toEqual([copy, { error: copy }])
    expect(copy).toMatchObject({ name: 'Error', message: 'loop', stack: error.stack })
  })

  it('gives away nothing of the buffer around a view', () => {
    const pool = new TextEncoder().encode('secret hello')
    const text = stringifyRich(pool.subarray(7))
    expect(parseRich(text)).toEqual(new TextEncoder().encode('hello'))
    expect(text).not.toContain(Buffer.from('secret').toString('base64').slice(0, 6))
  })
})
