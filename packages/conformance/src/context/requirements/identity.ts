import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, gate } from '../scenes.js'

export const identityRequirements: readonly ContextRequirement[] = [
  requirement('IDENTITY-01', 'the same name twice is two operations', async (t) => {
    const run = await t.launch(async (ctx) => [await ctx.step('a', () => 1), await ctx.step('a', () => 2)])
    expect(await run.result()).toEqual([1, 2])
    expect(await run.ended()).toEqual(['a SUCCEEDED', 'a SUCCEEDED'])
  }),

  requirement(
    'IDENTITY-02',
    'repeated names after an await keep their results apart on replay',
    async (t) => {
      const runs = new Counts()
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const results: number[] = []
        for (let index = 0; index < 4; index += 1) results.push(await ctx.step('a', () => runs.add('a')))
        return results
      })
      expect(first).toEqual([1, 2, 3, 4])
      expect(replayed).toEqual(first)
      expect(runs.of('a')).toBe(4)
    },
  ),

  requirement(
    'IDENTITY-03',
    'calls side by side are told apart by the order of the calls, not of the ends',
    async (t) => {
      const [slow, fast] = [gate<string>(), gate<string>()]
      const { first, replayed } = await bothPasses(
        t,
        (ctx) => Promise.all([ctx.step('a', () => slow.promise), ctx.step('a', () => fast.promise)]),
        async () => {
          fast.open('second call')
          await t.settle()
          slow.open('first call')
          await t.settle()
        },
      )
      expect(first).toEqual(['first call', 'second call'])
      expect(replayed).toEqual(first)
    },
  ),

  requirement(
    'IDENTITY-04',
    'a name repeated while its sibling is open, after an await, is warned of',
    async (t) => {
      const held = gate()
      const run = await t.launch(async (ctx) => {
        const open = ctx.step('a', () => held.promise)
        await ctx.step('b', () => {})
        await Promise.all([open, ctx.step('a', () => {})])
      })
      held.open()
      await run.result()
      expect(t.messages('warn').filter((message) => message.includes('"a"'))).toEqual([
        expect.stringContaining('different names'),
      ])
    },
  ),

  requirement('IDENTITY-05', 'steps that were reordered keep their results', async (t) => {
    const runs = new Counts()
    const run = await t.launch(async (ctx) => {
      await ctx.step('a', () => runs.add('a'))
      await ctx.step('b', () => runs.add('b') * 10)
      await ctx.sleep('nap', '1m')
    })
    await t.deploy(async (ctx) => {
      const b = await ctx.step('b', () => runs.add('b') * 10)
      const a = await ctx.step('a', () => runs.add('a'))
      await ctx.sleep('nap', '1m')
      return [a, b]
    })
    await t.advance('1m')
    expect(await run.result()).toEqual([1, 10])
    expect([runs.of('a'), runs.of('b')]).toEqual([1, 1])
  }),

  requirement(
    'IDENTITY-06',
    'a step that was inserted runs, and those behind it answer from the journal',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.step('a', () => runs.add('a'))
        await ctx.sleep('nap', '1m')
      })
      await t.deploy(async (ctx) => {
        const inserted = await ctx.step('new', () => runs.add('new'))
        const a = await ctx.step('a', () => runs.add('a'))
        await ctx.sleep('nap', '1m')
        return [inserted, a]
      })
      await t.advance('1m')
      expect(await run.result()).toEqual([1, 1])
      expect([runs.of('new'), runs.of('a')]).toEqual([1, 1])
    },
  ),

  requirement(
    'IDENTITY-07',
    'a step that was renamed keeps its result under its old name as `id`',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        await ctx.step('old', () => runs.add('body'))
        await ctx.sleep('nap', '1m')
      })
      await t.deploy(async (ctx) => {
        const result = await ctx.step('new', () => runs.add('body'), { id: 'old' })
        await ctx.sleep('nap', '1m')
        return result
      })
      await t.advance('1m')
      expect(await run.result()).toBe(1)
      expect(runs.of('body')).toBe(1)
    },
  ),

  requirement('IDENTITY-08', 'names that look like paths or repetitions collide with nothing', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => [
      await ctx.step('a/b', () => 1),
      await ctx.step('a', () => 2),
      await ctx.step('a', () => 3),
      await ctx.step('a#2', () => 4),
      await ctx.step('a%2Fb', () => 5),
      await ctx.runInChildContext('a/b', (inner) => inner.step('c', () => 6)),
      await ctx.runInChildContext('a', (inner) => inner.step('b', () => 7)),
      await ctx.runInChildContext('a', (inner) => inner.step('b/c', () => 8)),
    ])
    expect(first).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(replayed).toEqual(first)
  }),

  requirement('IDENTITY-09', 'a name may have 256 printable characters', async (t) => {
    const name = '~'.repeat(255)
    const { first, replayed } = await bothPasses(t, async (ctx) => [
      await ctx.step(`${name}a`, () => 1),
      await ctx.step(`${name}b`, () => 2),
    ])
    expect([first, replayed]).toEqual([
      [1, 2],
      [1, 2],
    ])
  }),

  requirement('IDENTITY-10', 'an execution knows who it is, the same on replay', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const { executionId, runNo, workflowName, version, namespace, startedAt, tenantId } = ctx
      return { executionId, runNo, workflowName, version, namespace, startedAt, tenantId }
    })
    expect(first).toMatchObject({ executionId: 'one', runNo: 1, workflowName: 'trial', version: '1' })
    expect(first.startedAt).toBeInstanceOf(Date)
    expect(replayed).toEqual(first)
  }),

  requirement('IDENTITY-11', 'the input is at hand, decoded and as it is stored', async (t) => {
    const input = { order: 7, at: new Date(0) }
    const run = await t.launch(
      async (ctx, given: typeof input) => [given, ctx.getInput(), typeof ctx.getRawInput()],
      { input },
    )
    const [given, again, raw] = await run.result()
    expect([given, again]).toEqual([input, input])
    expect(['string', 'object']).toContain(raw)
  }),
]
