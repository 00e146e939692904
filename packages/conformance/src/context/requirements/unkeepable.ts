import { type Codec, retry, type StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, Handler } from '../context-trial.js'
import { bothPasses, Counts, rejection } from '../scenes.js'

class Account {
  readonly cents = 5
}

export const unkeepableRequirements: readonly ContextRequirement[] = [
  requirement(
    'UNKEEPABLE-01',
    'a result that cannot be kept is a final failure: its body ran, and once',
    async (t) => {
      const runs = new Counts()
      const policy = retry.fixed({ maxAttempts: 3, interval: 1 })
      const polluted = JSON.parse('{"__proto__": {"polluted": true}}')
      const results = [
        () => {},
        Symbol('a'),
        new Account(),
        { deep: [new WeakMap()] },
        { toJSON: () => 1 },
        polluted,
      ]
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const causes: unknown[] = []
        for (const result of results) {
          const body = (): unknown => (runs.add('a') > 0 ? result : undefined)
          const failed = ctx.step('a', body, { retry: policy })
          causes.push(((await rejection(failed)) as StepError).cause)
        }
        return causes
      })
      const refusals = results.map(() => ({ name: 'SerializationError', code: 'SERIALIZATION' }))
      expect(first).toMatchObject(refusals)
      expect(replayed).toMatchObject(refusals)
      expect(runs.of('a')).toBe(results.length)
    },
  ),

  requirement(
    'UNKEEPABLE-02',
    'a result that is too large is a final failure that says by how much',
    async (t) => {
      const runs = new Counts()
      const limit = t.capabilities.limits.maxPayloadBytes
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const failed = ctx.step('a', () => 'x'.repeat(runs.add('a') * limit), { retry: retry.default })
        return ((await rejection(failed)) as StepError).cause
      })
      for (const cause of [first, replayed]) {
        expect(cause).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { size: limit + 2, limit } })
      }
      expect(runs.of('a')).toBe(1)
    },
  ),

  requirement('UNKEEPABLE-03', 'a result of exactly the limit fits', async (t) => {
    const limit = t.capabilities.limits.maxPayloadBytes
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const [text, wide] = [
        await ctx.step('a', () => 'x'.repeat(limit - 2)),
        await ctx.step('b', () => 'é'.repeat(limit / 2 - 1)),
      ]
      return [text.length, wide.length]
    })
    expect([first, replayed]).toEqual([
      [limit - 2, limit / 2 - 1],
      [limit - 2, limit / 2 - 1],
    ])
  }),

  requirement(
    'UNKEEPABLE-04',
    'an output that cannot be kept, or is too large, fails the execution',
    async (t) => {
      const limit = t.capabilities.limits.maxPayloadBytes
      const workflow = await t.deploy(async (_ctx, kind: string) =>
        kind === 'large' ? 'x'.repeat(limit) : new Account(),
      )
      const large = await t.start(workflow, { executionId: 'large', input: 'large' })
      const alien = await t.start(workflow, { executionId: 'alien', input: 'alien' })
      expect(await large.failure()).toMatchObject({
        code: 'EXECUTION_FAILED',
        cause: { code: 'PAYLOAD_TOO_LARGE' },
      })
      expect(await alien.failure()).toMatchObject({
        code: 'EXECUTION_FAILED',
        cause: { code: 'SERIALIZATION' },
      })
    },
  ),

  requirement('UNKEEPABLE-05', 'an error that is too large is cut, never refused', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const failed = ctx.step('a', () => Promise.reject(new TypeError('x'.repeat(5_000_000))))
      return ((await rejection(failed)) as StepError).cause as Error
    })
    for (const error of [first, replayed]) {
      expect(error.name).toBe('TypeError')
      expect(error.message.length).toBeLessThan(100_000)
    }
  }),

  requirement(
    'UNKEEPABLE-06',
    'a step may have a codec of its own, also one that takes its time',
    async (t) => {
      const calls = new Counts()
      const codec: Codec = {
        name: 'reversed',
        encode: async (value) => {
          calls.add('encode')
          return { format: 'reversed', data: [...String(value)].reverse().join('') }
        },
        decode: async ({ data }) => {
          calls.add('decode')
          return [...String(data)].reverse().join('')
        },
      }
      const { first, replayed } = await bothPasses(t, async (ctx) => [
        await ctx.step('a', () => 'abc', { codec }),
        await ctx.runInChildContext('b', async () => 'def', { codec }),
      ])
      expect(first).toEqual(['abc', 'def'])
      expect(replayed).toEqual(first)
      expect(calls.of('encode')).toBe(2)
    },
  ),

  requirement(
    'UNKEEPABLE-07',
    'a recorded value that its codec refuses blocks the run: user code sees nothing of it, and no body runs again',
    async (t) => {
      const lock = lockable()
      const runs = new Counts()
      const seen: unknown[] = []
      const handler: Handler<unknown, number> = async (ctx) => {
        try {
          return await ctx.step('a', () => runs.add('a'), { codec: lock.codec })
        } catch (error) {
          seen.push(error)
          throw error
        } finally {
          await ctx.sleep('nap', '1m')
        }
      }
      const run = await t.launch(handler)
      lock.isShut = true
      await t.restart()
      await t.advance('1m')
      const { status, blocked } = await run.describe()
      expect([status, blocked?.reason]).toEqual(['BLOCKED', 'UNREADABLE'])
      for (const part of ['step "a"', '"locked"']) expect(blocked?.message).toContain(part)
      expect(blocked?.message).not.toContain('the key is gone')
      expect([seen, runs.of('a')]).toEqual([[], 1])
    },
  ),

  requirement(
    'UNKEEPABLE-08',
    'a payload that cannot be kept, or is too large, is refused where it is sent',
    async (t) => {
      const limit = t.capabilities.limits.maxPayloadBytes
      const run = await t.launch((ctx) => ctx.waitForEvent('go'))
      await expect(run.send('go', { callback: () => {} })).rejects.toMatchObject({ code: 'SERIALIZATION' })
      await expect(run.send('go', 'x'.repeat(limit))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
      expect(await run.status()).toBe('SUSPENDED')
      await run.send('go', 'fits')
      expect(await run.result()).toBe('fits')
    },
  ),
]

/** A codec of numbers, and whether it refuses to read. */
function lockable(): { readonly codec: Codec; isShut: boolean } {
  const lock = {
    isShut: false,
    codec: {
      name: 'locked',
      encode: (value) => ({ format: 'locked', data: String(value) }),
      decode: ({ data }) => {
        if (lock.isShut) throw new Error('the key is gone')
        return Number(data)
      },
    } satisfies Codec as Codec,
  }
  return lock
}
