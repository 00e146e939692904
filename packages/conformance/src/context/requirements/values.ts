import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { bothPasses } from '../scenes.js'

/** A list with a hole in it. */
const sparse = Object.assign(new Array<number>(3), { 0: 1, 2: 3 })

export const valueRequirements: readonly ContextRequirement[] = [
  requirement('ROUNDTRIP-01', 'plain data comes back as it was', (t) =>
    keeps(t, [null, true, 0, 1.5, '', 'text', [], {}, [[1], [2, [3]]], { a: { b: [{ c: null }] } }]),
  ),

  requirement('ROUNDTRIP-02', 'undefined, -0, NaN and the infinities come back as they were', (t) =>
    keeps(t, [
      undefined,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      { a: undefined },
      [undefined],
      sparse,
      { z: [-0] },
    ]),
  ),

  requirement(
    'ROUNDTRIP-03',
    'dates, collections, big integers, patterns and addresses come back as they were',
    (t) =>
      keeps(t, [
        new Date(1_900_000_000_123),
        new Map<unknown, unknown>([
          ['a', 1],
          [{ key: 1 }, new Set([1, 'b'])],
        ]),
        new Set([new Date(0)]),
        -(2n ** 80n),
        /a(b)+\/c/giu,
        new URL('https://perdure.example/a?b=c#d'),
      ]),
  ),

  requirement('ROUNDTRIP-04', 'typed arrays come back as they were', (t) =>
    keeps(t, [new Uint8Array([0, 128, 255]), new Float64Array([0.5, -1]), { bytes: new Uint8Array(0) }]),
  ),

  requirement('ROUNDTRIP-05', 'what is shared stays shared, and what is cyclic stays cyclic', async (t) => {
    const { first, replayed } = await bothPasses(t, (ctx) =>
      ctx.step('a', () => {
        const shared = { name: 'shared' }
        const value = { left: shared, right: shared, self: {} as unknown }
        value.self = value
        return value
      }),
    )
    for (const value of [first, replayed]) {
      expect(value.left).toBe(value.right)
      expect(value.self).toBe(value)
      expect(value.left).toEqual({ name: 'shared' })
    }
  }),

  requirement(
    'ROUNDTRIP-06',
    'an error that is a value keeps its name, message, cause and data',
    async (t) => {
      const error = new RangeError('too far', { cause: new TypeError('inner') })
      const { first, replayed } = await bothPasses(t, (ctx) =>
        ctx.step('a', () => ({ error: Object.assign(error, { limit: 3 }) })),
      )
      for (const value of [first, replayed]) {
        expect(value.error).toBeInstanceOf(Error)
        expect(value.error).toMatchObject({
          name: 'RangeError',
          message: 'too far',
          limit: 3,
          cause: { name: 'TypeError', message: 'inner' },
        })
      }
    },
  ),

  requirement('ROUNDTRIP-07', 'texts that stores choke on come back as they were', (t) =>
    keeps(t, [
      '\u0000',
      'a\u0000b',
      '\ud800',
      'x\udfffy',
      '\u2028\u2029',
      '💾 ünïcödé',
      "'; drop table",
      '\r\n\t"\\',
      '\ufeff',
    ]),
  ),

  requirement('ROUNDTRIP-08', 'keys that objects choke on come back as they were', (t) =>
    keeps(t, [
      JSON.parse('{"constructor": 1, "toString": 2, "valueOf": 3}'),
      { '': 1, 'a.b': 2, $date: 3, json: 4, format: 5, hasOwnProperty: 7 },
    ]),
  ),

  requirement(
    'ROUNDTRIP-09',
    'every way in keeps values the same: input, payload, side effect, child, output',
    async (t) => {
      const value = { at: new Date(5), map: new Map([[1, undefined]]), big: 9n, list: [-0, Number.NaN] }
      const run = await t.launch(
        async (ctx, input) => {
          const event = await ctx.waitForEvent('go')
          const seen = [input, event, await ctx.sideEffect('effect', () => value)]
          const child = await ctx.runInChildContext('child', async () => value)
          await ctx.sleep('nap', '1m')
          return [...seen, child]
        },
        { input: value },
      )
      await run.send('go', value)
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toStrictEqual([value, value, value, value])
    },
  ),

  requirement(
    'ROUNDTRIP-10',
    'what the first pass gets is a copy: nobody can change it behind the journal',
    async (t) => {
      const kept = { list: [1] }
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const value = await ctx.step('a', () => kept)
        const rich = await ctx.step('b', () => ({ set: new Set([1]), kept }))
        kept.list.push(2)
        const before = [...value.list, ...rich.kept.list]
        kept.list.length = 1
        return before
      })
      expect([first, replayed]).toEqual([
        [1, 1],
        [1, 1],
      ])
    },
  ),
]

/** Lets each value be the result of a step, and compares both passes with it. */
async function keeps(t: ContextTrial, values: readonly unknown[]): Promise<void> {
  const { first, replayed } = await bothPasses(t, async (ctx) => {
    const results: unknown[] = []
    for (const value of values) results.push(await ctx.step('a', () => value))
    return results
  })
  expect(first).toStrictEqual(values)
  expect(replayed).toStrictEqual(values)
}
