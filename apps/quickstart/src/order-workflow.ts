import type { Workflow } from '@perdure/core'
import { defineWorkflow } from '@perdure/core'
import type { Order } from './orders/order.js'

/** The systems that an order touches. Every call can be repeated: a crash may fall between it and its record. */
export interface Shop {
  check(order: Order): void
  reserve(order: Order): void
  charge(order: Order, attempt: { idempotencyKey: string; signal: AbortSignal }): Promise<string>
  release(orderId: string): void
  ship(orderId: string): string
}

/**
 * What happens to one order: an ordinary async function. Kill its process at any line, and the next process
 * goes on from there. A step that has finished answers from the journal and never runs again.
 */
export function orderWorkflow(shop: Shop): Workflow<Order, string> {
  return defineWorkflow({ name: 'order' }, async (ctx, order: Order) => {
    await ctx.step('validate', () => shop.check(order))
    await ctx.step('reserve stock', () => shop.reserve(order))

    try {
      // Each attempt carries the same idempotency key, also one after a crash: a card is charged once, even
      // if the answer to an earlier request was lost.
      await ctx.step('charge', (step) => shop.charge(order, step), {
        attemptTimeout: '1s',
        retry: { maxAttempts: 10, initialInterval: '100ms', nonRetryableErrorTypes: ['CardDeclinedError'] },
      })
    } catch (error) {
      await ctx.step('release stock', () => shop.release(order.orderId))
      throw error
    }

    await ctx.sleep('pack', '200ms')
    return await ctx.step('ship', () => shop.ship(order.orderId))
  })
}
