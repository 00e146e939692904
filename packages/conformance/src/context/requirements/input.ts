import type { DurableContextOps } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { rejection } from '../scenes.js'

export const inputRequirements: readonly ContextRequirement[] = [
  requirement('INPUT-01', 'a name is 1 to 256 printable ASCII characters, or it is refused', async (t) => {
    const names: unknown[] = [
      '',
      'x'.repeat(257),
      'tab\t',
      'naïve',
      'line\nbreak',
      'nul\u0000',
      7,
      null,
      undefined,
    ]
    const calls = (ctx: DurableContextOps, name: string): Promise<unknown>[] => [
      ctx.step(name, () => 1),
      ctx.tryStep(name, () => 1),
      ctx.sideEffect(name, () => 1),
      ctx.sleep(name, 1),
      ctx.sleepUntil(name, 0),
      ctx.waitForEvent(name),
      ctx.runInChildContext(name, async () => 1),
    ]
    for (const name of names) {
      const refusals = await refused(await t.another(), (ctx) => calls(ctx, name as string))
      for (const refusal of refusals) expect(refusal).toMatchObject({ field: 'name' })
    }
  }),

  requirement('INPUT-02', 'a duration that is none, negative or endless is refused', async (t) => {
    const durations: unknown[] = [
      Number.NaN,
      -1,
      Number.POSITIVE_INFINITY,
      'soon',
      '5 parsecs',
      {},
      { hours: '1' },
      [5],
    ]
    for (const duration of durations) {
      const refusals = await refused(await t.another(), (ctx) => [
        ctx.sleep('nap', duration as number),
        ctx.waitForEvent('go', { timeout: duration as number }),
        ctx.step('a', () => 1, { attemptTimeout: duration as number }),
        ctx.step('a', () => 1, { retry: { maxAttempts: 2, initialInterval: duration as number } }),
      ])
      for (const refusal of refusals)
        expect(refusal.field).toMatch(/duration|timeout|attemptTimeout|initialInterval/)
    }
  }),

  requirement('INPUT-03', 'an instant that is none is refused', async (t) => {
    const dates: unknown[] = [
      new Date(Number.NaN),
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      '2030-01-01',
      null,
      undefined,
    ]
    const refusals = await refused(t, (ctx) => dates.map((date) => ctx.sleepUntil('nap', date as Date)))
    for (const refusal of refusals) expect(refusal.field).toBe('date')
  }),

  requirement('INPUT-04', 'a misspelled option is refused, and the right one is named', async (t) => {
    const misspelled = (options: object): never => options as never
    const refusals = await refused(t, (ctx) => [
      ctx.step('a', () => 1, misspelled({ rety: { maxAttempts: 2 } })),
      ctx.step('a', () => 1, misspelled({ retry: { maxAttempts: 2, initialIntervall: 5 } })),
      ctx.waitForEvent('go', misspelled({ timeOut: 5 })),
      ctx.runInChildContext('x', async () => 1, misspelled({ codex: 1 })),
    ])
    expect(refusals.map(({ field }) => field)).toEqual([
      'options.rety',
      'options.retry.initialIntervall',
      'options.timeOut',
      'options.codex',
    ])
    expect(refusals.map(({ message }) => /"(\w+)"\?/.exec(message)?.[1])).toEqual([
      'retry',
      'initialInterval',
      'timeout',
      'codec',
    ])
  }),

  requirement(
    'INPUT-05',
    'a retry says how often: without maxAttempts, or with a senseless one, it is refused',
    async (t) => {
      const policies = [
        {},
        { maxAttempts: 0 },
        { maxAttempts: 1.5 },
        { maxAttempts: Number.NaN },
        { maxAttempts: '3' },
      ]
      const refusals = await refused(t, (ctx) =>
        policies.map((retry) => ctx.step('a', () => 1, { retry: retry as never })),
      )
      for (const refusal of refusals) expect(refusal.field).toBe('options.retry.maxAttempts')
    },
  ),

  requirement('INPUT-06', 'an option has one of the values it can have, or it is refused', async (t) => {
    const refusals = await refused(t, (ctx) => [
      ctx.step('a', () => 1, { semantics: 'exactlyOnce' as never }),
      ctx.step('a', () => 1, { attemptTimeout: 0 }),
      ctx.step('a', () => 1, { id: '' }),
      ctx.step('a', () => 1, 'fast' as never),
      ctx.waitForEvent('go', { onTimeout: 'retry' as never }),
    ])
    expect(refusals.map(({ field }) => field)).toEqual([
      'options.semantics',
      'options.attemptTimeout',
      'id',
      'options',
      'options.onTimeout',
    ])
  }),

  requirement('INPUT-07', 'what is to be run is a function, or it is refused', async (t) => {
    const refusals = await refused(t, (ctx) => [
      ctx.step('a', 'not a function' as never),
      ctx.tryStep('a', Promise.resolve(1) as never),
      ctx.sideEffect('a', undefined as never),
      ctx.runInChildContext('a', {} as never),
    ])
    for (const refusal of refusals) expect(refusal.field).toBe('fn')
  }),

  requirement(
    'INPUT-08',
    'what was refused can be caught, and the workflow goes on, the same on replay',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const refused = await rejection(ctx.step('', () => 1))
        const results = [await ctx.step('a', () => 1), await ctx.step('a', () => 2)]
        await rejection(ctx.step('a', () => 3, { attemptTimeout: -1 }))
        await ctx.sleep('nap', '1m')
        return [(refused as { code: string }).code, ...results, await ctx.step('a', () => 4)]
      })
      await t.restart()
      await t.advance('1m')
      expect(await run.result()).toEqual(['VALIDATION', 1, 2, 4])
    },
  ),
]

interface Refusal {
  readonly field: string
  readonly message: string
}

/** Makes calls that are all refused with a ValidationError, none of them by throwing; nothing of it is recorded. */
async function refused(
  t: ContextTrial,
  calls: (ctx: DurableContextOps) => readonly Promise<unknown>[],
): Promise<readonly Refusal[]> {
  const run = await t.launch(async (ctx) => {
    const refusals = await Promise.allSettled(calls(ctx))
    return refusals.map((outcome) => {
      if (outcome.status === 'fulfilled')
        return { field: 'none', message: `it was accepted: ${String(outcome.value)}` }
      const { code, details, message } = outcome.reason
      return { field: code === 'VALIDATION' ? details.field : code, message }
    })
  })
  const refusals = await run.result()
  expect(await run.started()).toEqual([])
  return refusals
}
