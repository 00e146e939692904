import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, gate } from '../scenes.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const determinismRequirements: readonly ContextRequirement[] = [
  requirement('DETERMINISM-01', 'now() is the same on replay', async (t) => {
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const instants = [ctx.now()]
        await ctx.step('a', () => {})
        instants.push(ctx.now())
        await ctx.sleep('pause', '1m')
        instants.push(ctx.now())
        return [instants, ctx.elapsed()]
      },
      () => t.advance('1m'),
    )
    expect(replayed).toEqual(first)
  }),

  requirement(
    'DETERMINISM-02',
    'now() begins at startedAt, never goes back, and stands still in between',
    async (t) => {
      const slow = gate()
      const run = await t.launch(async (ctx) => {
        const atStart = ctx.now().getTime() - ctx.startedAt.getTime()
        await ctx.step('slow', () => slow.promise)
        const afterStep = ctx.elapsed()
        await ctx.sleep('nap', '1m')
        const afterNap = ctx.elapsed()
        return { atStart, afterStep, afterNap, again: ctx.elapsed() }
      })
      await t.advance('5s')
      slow.open()
      await t.advance('2m')
      expect(await run.result()).toEqual({ atStart: 0, afterStep: 5_000, afterNap: 65_000, again: 65_000 })
    },
  ),

  requirement('DETERMINISM-03', 'random() and randomUUID() are the same on replay', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const drawn = [ctx.random(), ctx.randomUUID(), ctx.random()]
      await ctx.step('a', () => {})
      return [...drawn, ctx.randomUUID()]
    })
    expect(replayed).toEqual(first)
    expect(new Set(first).size).toBe(4)
  }),

  requirement(
    'DETERMINISM-04',
    'random() is from 0 to below 1, randomUUID() of version 4, and neither repeats',
    async (t) => {
      const workflow = await t.deploy(async (ctx) => ({ number: ctx.random(), uuid: ctx.randomUUID() }))
      const drawn: { number: number; uuid: string }[] = []
      for (const executionId of ['one', 'two', 'three']) {
        drawn.push(await (await t.start<(typeof drawn)[0]>(workflow, { executionId })).result())
      }
      for (const each of drawn) {
        expect(each.number).toBeGreaterThanOrEqual(0)
        expect(each.number).toBeLessThan(1)
        expect(each.uuid).toMatch(uuid)
      }
      expect(new Set(drawn.flatMap((each) => [each.number, each.uuid])).size).toBe(6)
    },
  ),

  requirement(
    'DETERMINISM-05',
    'a child context that is no longer replayed has used up no random numbers',
    async (t) => {
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const before = ctx.random()
        const inside = await ctx.runInChildContext('x', async (x) => [x.random(), x.randomUUID(), ctx.now()])
        return [before, inside, ctx.random(), ctx.randomUUID()]
      })
      expect(replayed).toEqual(first)
    },
  ),

  requirement(
    'DETERMINISM-06',
    'child contexts draw numbers of their own, the same while they are replayed',
    async (t) => {
      const draws: unknown[][] = []
      const run = await t.launch((ctx) =>
        Promise.all(
          ['x', 'y'].map((name) =>
            ctx.runInChildContext(name, async (inner) => {
              draws.push([name, inner.random(), inner.randomUUID()])
              await inner.sleep('nap', '1m')
            }),
          ),
        ),
      )
      await t.restart()
      await t.advance('1m')
      await run.result()
      expect(draws.length).toBeGreaterThanOrEqual(4)
      expect(new Set(draws.map((draw) => JSON.stringify(draw))).size).toBe(2)
      expect(new Set(draws.flatMap(([, ...drawn]) => drawn)).size).toBe(4)
    },
  ),

  requirement(
    'DETERMINISM-07',
    'isReplaying is true of what an earlier pass did, and of nothing else',
    async (t) => {
      const seen: string[] = []
      const run = await t.launch(async (ctx) => {
        const note = (place: string): void => void seen.push(`${place} ${ctx.executionMode}`)
        note('top')
        await ctx.step('a', () => {})
        note('after a')
        await ctx.sleep('nap', '1m')
        note('after nap')
        await ctx.step('b', () => {})
        note('after b')
      })
      expect(seen).toEqual(['top executing', 'after a executing'])
      await t.restart()
      seen.length = 0
      await t.advance('1m')
      await run.result()
      expect(seen.slice(-4)).toEqual([
        'top replaying',
        'after a replaying',
        'after nap executing',
        'after b executing',
      ])
    },
  ),
]
