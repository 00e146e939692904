import type { StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, gate, rejection } from '../scenes.js'

export const stepRequirements: readonly ContextRequirement[] = [
  requirement('STEP-01', 'a step that is done never runs again', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, (ctx) => ctx.step('a', () => runs.add('a')))
    expect([first, replayed]).toEqual([1, 1])
    expect(runs.of('a')).toBe(1)
  }),

  requirement('STEP-02', 'a body may be synchronous, asynchronous, or return any thenable', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => [
      await ctx.step('sync', () => 1),
      await ctx.step('async', async () => 2),
      // biome-ignore lint/suspicious/noThenProperty: a thenable that is no Promise is what is tested
      await ctx.step('thenable', () => ({ then: (done: (value: number) => void) => done(3) }) as never),
    ])
    expect([first, replayed]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  }),

  requirement('STEP-03', 'bodies of steps that were called side by side run side by side', async (t) => {
    const [one, other] = [gate(), gate()]
    const run = await t.launch((ctx) =>
      Promise.all([
        ctx.step('a', async () => {
          one.open()
          await other.promise
        }),
        ctx.step('b', async () => {
          other.open()
          await one.promise
        }),
      ]),
    )
    expect(await run.result()).toEqual([undefined, undefined])
  }),

  requirement(
    'STEP-04',
    'a step that fails rejects with a StepError whose cause is what was thrown',
    async (t) => {
      const { first, replayed } = await bothPasses(t, async (ctx) => {
        const thrown = Object.assign(new TypeError('declined', { cause: new Error('no funds') }), {
          card: 4242,
        })
        const failed = ctx.step('pay', () => {
          throw thrown
        })
        return await rejection(failed)
      })
      for (const error of [first, replayed]) {
        expect(error).toMatchObject({
          name: 'StepError',
          code: 'STEP_FAILED',
          details: { name: 'pay', attempts: 1, executionId: 'one' },
          cause: {
            name: 'TypeError',
            message: 'declined',
            card: 4242,
            cause: { name: 'Error', message: 'no funds' },
          },
        })
        expect((error as Error).message).toContain('declined')
        expect((error as Error).cause).toBeInstanceOf(Error)
      }
      expect((replayed as Error).message).toBe((first as Error).message)
    },
  ),

  requirement('STEP-05', 'a failure is final: a replay throws it and does not run the body', async (t) => {
    const runs = new Counts()
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const failed = ctx.step('a', () => {
        throw new Error(`run ${runs.add('a')}`)
      })
      return ((await rejection(failed)) as StepError).cause
    })
    expect([first, replayed]).toMatchObject([{ message: 'run 1' }, { message: 'run 1' }])
    expect(runs.of('a')).toBe(1)
  }),

  requirement('STEP-06', 'what is thrown and is no Error arrives as one that carries it', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => {
      const failed = ctx.step('a', () => {
        const thrown: unknown = { status: 402 }
        throw thrown
      })
      return ((await rejection(failed)) as StepError).cause
    })
    expect(first).toBeInstanceOf(Error)
    expect(first).toMatchObject({ name: 'NonError', value: { status: 402 } })
    expect(replayed).toMatchObject({ name: 'NonError', value: { status: 402 } })
  }),

  requirement('STEP-07', 'tryStep gives success and failure as values', async (t) => {
    const { first, replayed } = await bothPasses(t, async (ctx) => [
      await ctx.tryStep('good', () => 1),
      await ctx.tryStep('bad', async () => {
        throw new RangeError('too far')
      }),
    ])
    for (const outcomes of [first, replayed]) {
      expect(outcomes).toMatchObject([
        { ok: true, value: 1 },
        { ok: false, error: { code: 'STEP_FAILED', cause: { name: 'RangeError', message: 'too far' } } },
      ])
    }
  }),

  requirement('STEP-08', 'a step that fails while nobody awaits it harms nothing', async (t) => {
    const run = await t.launch(async (ctx) => {
      void ctx.step('forgotten', async () => {
        throw new Error('nobody hears this')
      })
      return await ctx.step('a', () => 'done')
    })
    expect(await run.result()).toBe('done')
    expect(await run.ended()).toContain('forgotten FAILED')
  }),

  requirement('STEP-09', 'a durable call inside of a body is refused, however deep', async (t) => {
    const run = await t.launch(async (ctx) => {
      const refused: unknown[] = []
      await ctx.step('outer', async () => {
        refused.push(await rejection(ctx.step('inner', () => 1)))
        await Promise.resolve()
        refused.push(await rejection(ctx.sleep('inner', 1)))
      })
      await ctx.step('after', () => {})
      return refused
    })
    const refusal = { code: 'DURABLE_CALL_IN_STEP', details: { step: 'outer', name: 'inner' } }
    expect(await run.result()).toMatchObject([refusal, refusal])
    expect(await run.started()).toEqual(['outer', 'after'])
  }),

  requirement('STEP-10', 'a body learns its name, its attempt, its execution and its id', async (t) => {
    const { first } = await bothPasses(t, (ctx) =>
      ctx.step('a', ({ name, attempt, executionId, operationId }) => ({
        name,
        attempt,
        executionId,
        operationId,
      })),
    )
    expect(first).toMatchObject({ name: 'a', attempt: 1, executionId: 'one' })
    expect(first.operationId).toMatch(/^[A-Za-z0-9_-]{22,}$/)
  }),

  requirement(
    'STEP-11',
    'an idempotency key is executionId/runNo/operationId, and each step has its own',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const keyed = ctx.step('a', ({ idempotencyKey, operationId }) => ({ idempotencyKey, operationId }))
        return [await keyed, await ctx.step('a', ({ idempotencyKey }) => idempotencyKey)] as const
      })
      const [first, second] = await run.result()
      expect(first.idempotencyKey).toBe(`one/1/${first.operationId}`)
      expect(second).not.toBe(first.idempotencyKey)
    },
  ),

  requirement('STEP-12', 'a step may start another execution, whose own steps run as ever', async (t) => {
    const other = await t.deploy(async (ctx, depth: number): Promise<number> => {
      if (depth === 0) return await ctx.step('leaf', () => 7)
      await ctx.step('start', () => t.driver.start(other, { executionId: 'other', input: 0 }))
      return depth
    })
    const run = await t.start<number>(other, { input: 1 })
    expect(await run.result()).toBe(1)
    expect(await t.driver.result('other')).toBe(7)
  }),

  requirement('STEP-13', 'trackStart shows a step in the history while it runs', async (t) => {
    const held = gate()
    const run = await t.launch((ctx) => ctx.step('long', () => held.promise, { trackStart: true }))
    expect(await run.started()).toEqual(['long'])
    expect(await run.ended()).toEqual([])
    held.open()
    await run.result()
    expect(await run.ended()).toEqual(['long SUCCEEDED'])
  }),
]
