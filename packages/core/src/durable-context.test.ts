import { describe, expectTypeOf, it } from 'vitest'
import type { BatchItem, BatchResult } from './batch-result.js'
import type { CallbackResult } from './callback.js'
import type { ChildHandle } from './child.js'
import type { DurableContextOps } from './durable-context.js'
import type { StepError } from './errors.js'
import type { StandardSchemaV1 } from './standard-schema.js'
import type { StepRecord } from './step-record.js'
import type { TimerOutcome } from './timer-handle.js'
import type { WorkflowRef } from './workflow-ref.js'

interface Services {
  readonly db: string
}
interface Events {
  readonly approved: { readonly by: string }
}
interface Order {
  readonly orderId: string
}

/** Only compiled, never run: what is asserted here is what TypeScript infers. */
function compiles(_: (ctx: DurableContextOps<Services, Events>) => unknown): void {}

const checkout = {} as WorkflowRef<Order, { total: number }>
const nightly = {} as WorkflowRef<unknown, void>

describe('the durable context', () => {
  it('types a step by what its function returns', () => {
    compiles((ctx) => {
      expectTypeOf(ctx.step('a', () => 1)).toEqualTypeOf<Promise<number>>()
      expectTypeOf(ctx.step('a', async () => 'b', { retry: { maxAttempts: 2 } })).toEqualTypeOf<
        Promise<string>
      >()
      expectTypeOf(ctx.sideEffect('a', () => [1])).toEqualTypeOf<Promise<number[]>>()
      expectTypeOf(ctx.transaction('a', async (_: { sql: string }) => 1)).toEqualTypeOf<Promise<number>>()
      // @ts-expect-error a retry says how often
      void ctx.step('a', () => 1, { retry: {} })
      // @ts-expect-error the name comes first
      void ctx.step(() => 1)
    })
  })

  it('narrows the outcome of a step that was tried', () => {
    compiles(async (ctx) => {
      const outcome = await ctx.tryStep('a', () => 1)
      if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<number>()
      else expectTypeOf(outcome.error).toEqualTypeOf<StepError>()
    })
  })

  it('types a declared event by its declaration', () => {
    compiles((ctx) => {
      expectTypeOf(ctx.waitForEvent('approved')).toEqualTypeOf<Promise<{ readonly by: string }>>()
      expectTypeOf(ctx.waitForEvent('approved', { timeout: '1d', onTimeout: 'undefined' })).toEqualTypeOf<
        Promise<{ readonly by: string } | undefined>
      >()
    })
  })

  it('leaves any other event unknown until it is given a type', () => {
    compiles((ctx) => {
      expectTypeOf(ctx.waitForEvent('note')).toEqualTypeOf<Promise<unknown>>()
      expectTypeOf(ctx.waitForEvent<string>('note', { timeout: 5 })).toEqualTypeOf<Promise<string>>()
    })
    const untyped = (ctx: DurableContextOps): void => {
      expectTypeOf(ctx.waitForEvent('note')).toEqualTypeOf<Promise<unknown>>()
      expectTypeOf(ctx.waitForEvent<string>('note')).toEqualTypeOf<Promise<string>>()
      expectTypeOf(ctx.waitForEvent<boolean>('note', { onTimeout: 'undefined' })).toEqualTypeOf<
        Promise<boolean | undefined>
      >()
    }
    expectTypeOf(untyped).toBeFunction()
  })

  it('types callbacks by their schema or by hand', () => {
    compiles(async (ctx) => {
      const schema = {} as StandardSchemaV1<unknown, Order>
      expectTypeOf(ctx.waitForCallback('a', () => null, { schema })).toEqualTypeOf<Promise<Order>>()
      const handle = await ctx.createCallback<Order>('a', { timeout: '1h' })
      expectTypeOf(handle.result()).toEqualTypeOf<Promise<Order>>()
      expectTypeOf(ctx.callbackResult(handle)).toEqualTypeOf<CallbackResult<Order>>()
    })
  })

  it('types a polled state by its first value', () => {
    compiles((ctx) => {
      const polled = ctx.waitForCondition('a', async (state) => ({ done: !state.done }), {
        initialState: { done: false },
        waitStrategy: (state, attempt) =>
          state.done ? { shouldContinue: false } : { shouldContinue: true, delay: attempt * 1000 },
      })
      expectTypeOf(polled).toEqualTypeOf<Promise<{ done: boolean }>>()
    })
  })

  it('types the results of a batch', () => {
    compiles(async (ctx) => {
      const lengths = await ctx.map('a', ['x', 'y'], (branch, item, index) => {
        expectTypeOf(branch.services).toEqualTypeOf<Services>()
        expectTypeOf(index).toEqualTypeOf<number>()
        return branch.step('length', () => item.length)
      })
      expectTypeOf(lengths).toEqualTypeOf<BatchResult<number>>()
      const mixed = await ctx.parallel('b', [
        (branch) => branch.step('one', () => 1),
        { name: 'two', run: async (branch) => branch.executionId },
      ])
      expectTypeOf(mixed).toEqualTypeOf<BatchResult<number | string>>()
      const narrow = (item: BatchItem<number>): number =>
        item.status === 'SUCCEEDED' ? item.result : item.index
      expectTypeOf(narrow).toBeFunction()
    })
  })

  it('types combined operations as Promise does', () => {
    compiles((ctx) => {
      const one = Promise.resolve(1)
      const text = Promise.resolve('text')
      expectTypeOf(ctx.all('a', [one, text])).toEqualTypeOf<Promise<[number, string]>>()
      expectTypeOf(ctx.all('a', [one].slice())).toEqualTypeOf<Promise<number[]>>()
      expectTypeOf(ctx.allSettled('a', [one, text])).toEqualTypeOf<
        Promise<[PromiseSettledResult<number>, PromiseSettledResult<string>]>
      >()
      expectTypeOf(ctx.race('a', [one, text])).toEqualTypeOf<Promise<number | string>>()
      expectTypeOf(ctx.any('a', [one, text])).toEqualTypeOf<Promise<number | string>>()
      expectTypeOf(ctx.startTimer('a', '1s').promise).toEqualTypeOf<Promise<TimerOutcome>>()
    })
  })

  it('types a child by its workflow', () => {
    compiles((ctx) => {
      const input = { orderId: '1' }
      expectTypeOf(ctx.startChild('a', checkout, { input })).toEqualTypeOf<
        Promise<ChildHandle<{ total: number }>>
      >()
      expectTypeOf(ctx.executeChild('a', checkout, { input })).toEqualTypeOf<Promise<{ total: number }>>()
      expectTypeOf(ctx.executeChild('a', nightly)).toEqualTypeOf<Promise<void>>()
      expectTypeOf(ctx.executeChild('a', 'by name', { input })).toEqualTypeOf<Promise<unknown>>()
      expectTypeOf(ctx.executeChild<number>('a', 'by name')).toEqualTypeOf<Promise<number>>()
      expectTypeOf(ctx.invoke('a', checkout, input)).toEqualTypeOf<Promise<{ total: number }>>()
      expectTypeOf(ctx.invoke<number>('a', 'function', input)).toEqualTypeOf<Promise<number>>()
      // @ts-expect-error the workflow takes an order
      void ctx.executeChild('a', checkout, { input: {} })
      // @ts-expect-error the workflow takes an order
      void ctx.startChild('a', checkout)
      // @ts-expect-error the workflow takes an order
      void ctx.invoke('a', checkout, {})
    })
  })

  it('hands a compensation the value of its step', () => {
    compiles((ctx) => {
      const pay = async (): Promise<{ chargeId: string }> => ({ chargeId: '1' })
      expectTypeOf(
        ctx.stepWithCompensation('a', pay, (charge) => {
          expectTypeOf(charge).toEqualTypeOf<{ chargeId: string }>()
          return charge.chargeId
        }),
      ).toEqualTypeOf<Promise<{ chargeId: string }>>()
      void ctx.stepWithCompensation('a', pay, { handler: 'refund', args: (charge) => charge.chargeId })
      void ctx.stepWithCompensation('a', pay, (charge) => charge?.chargeId, { register: 'before' })
      // @ts-expect-error a compensation that was registered before may have no value
      void ctx.stepWithCompensation('a', pay, (charge) => charge.chargeId, { register: 'before' })
    })
  })

  it('keeps the rest typed', () => {
    compiles((ctx) => {
      expectTypeOf(ctx.now()).toEqualTypeOf<Date>()
      expectTypeOf(ctx.elapsed()).toEqualTypeOf<number>()
      expectTypeOf(ctx.getInput<Order>()).toEqualTypeOf<Order>()
      expectTypeOf(ctx.getStep<number>('a')).toEqualTypeOf<StepRecord<number> | undefined>()
      expectTypeOf(ctx.env.parse('PORT', Number)).toEqualTypeOf<number>()
      expectTypeOf(ctx.loadState<number>('a')).toEqualTypeOf<number | undefined>()
      expectTypeOf(ctx.runInChildContext('a', async (child) => child.services.db)).toEqualTypeOf<
        Promise<string>
      >()
      expectTypeOf(ctx.continueAsNew(1)).toEqualTypeOf<Promise<never>>()
    })
  })

  it('can be handed to a helper that knows nothing of services and events', () => {
    const helper = (ctx: DurableContextOps): string => ctx.executionId
    compiles((ctx) => helper(ctx))
  })
})
