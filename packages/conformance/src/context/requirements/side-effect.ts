import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, rejection } from '../scenes.js'

export const sideEffectRequirements: readonly ContextRequirement[] = [
  requirement('EFFECT-01', 'a side effect is produced once, and is the same on replay', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, (ctx) =>
      ctx.sideEffect('a', () => ({ count: runs.add('a') })),
    )
    expect([first, replayed]).toEqual([{ count: 1 }, { count: 1 }])
    expect(runs.of('a')).toBe(1)
  }),

  requirement('EFFECT-02', 'what it throws is thrown as it is, on replay too', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, (ctx) =>
      rejection(
        ctx.sideEffect('a', () => {
          runs.add('a')
          throw Object.assign(new RangeError('no entropy'), { left: 3 })
        }),
      ),
    )
    for (const error of [first, replayed]) {
      expect(error).toMatchObject({ name: 'RangeError', message: 'no entropy', left: 3 })
    }
    expect(runs.of('a')).toBe(1)
  }),

  requirement('EFFECT-03', 'a value that cannot be kept rejects, and is not produced again', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, (ctx) =>
      rejection(ctx.sideEffect('a', () => ({ run: runs.add('a'), callback: () => {} }))),
    )
    for (const error of [first, replayed]) expect(error).toMatchObject({ code: 'SERIALIZATION' })
    expect(runs.of('a')).toBe(1)
  }),

  requirement('EFFECT-04', 'a durable call inside of one is refused', async (t) => {
    const run = await t.launch(async (ctx) => {
      let refused: Promise<unknown> | undefined
      await ctx.sideEffect('outer', () => {
        refused = rejection(ctx.step('inner', () => 1))
      })
      return await refused
    })
    expect(await run.result()).toMatchObject({ code: 'DURABLE_CALL_IN_STEP' })
    expect(await run.started()).toEqual(['outer'])
  }),
]
