import { VirtualClock } from '@perdure/conformance/faults'
import type { ExecutionHandle } from '@perdure/engine'
import { createEngine } from '@perdure/engine'
import { sqlite } from '@perdure/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Shop } from './order-workflow.js'
import { orderWorkflow } from './order-workflow.js'
import type { Order } from './orders/order.js'
import { CardDeclinedError } from './payments/payment-client.js'

const order: Order = {
  orderId: 'order-1',
  placedAt: '2025-11-03T06:01:07.000Z',
  customer: { name: 'Ada Ito', email: 'ada@example.com' },
  currency: 'EUR',
  items: [{ sku: 'MUG', quantity: 1, unitPriceCents: 1600 }],
  totalCents: 1600,
  cardToken: 'tok_visa',
}

/** Runs one order in a shop that notes what it is asked for, and lets all the time pass that it needs. */
async function process(
  overrides: Partial<Shop>,
): Promise<{ run: ExecutionHandle<string>; calls: readonly string[] }> {
  const calls: string[] = []
  const noting = <A extends readonly unknown[], R>(name: string, work: (...args: A) => R) => {
    return (...args: A): R => {
      calls.push(name)
      return work(...args)
    }
  }
  const workflow = orderWorkflow({
    check: noting('check', overrides.check ?? (() => {})),
    reserve: noting('reserve', overrides.reserve ?? (() => {})),
    charge: noting('charge', overrides.charge ?? (async () => 'ch_1')),
    release: noting('release', overrides.release ?? (() => {})),
    ship: noting('ship', overrides.ship ?? ((orderId) => `parcel of ${orderId}`)),
  })
  const clock = new VirtualClock()
  const engine = createEngine({
    store: sqlite({ path: ':memory:', clock }),
    workflows: [workflow],
    clock,
    logger: false,
  })
  onTestFinished(() => engine.close())
  const worker = engine.createWorker()
  const run = await engine.start(workflow, { id: order.orderId, input: order })
  await worker.runUntilIdle()
  while ((await run.status()) === 'SUSPENDED') {
    clock.advance(200)
    await worker.runUntilIdle()
  }
  return { run, calls }
}

test('an order is checked, reserved, charged and shipped', async () => {
  const { run, calls } = await process({})
  expect(await run.result()).toBe('parcel of order-1')
  expect(calls).toEqual(['check', 'reserve', 'charge', 'ship'])
})

test('a charge that fails is tried again with the same key', async () => {
  const keys: string[] = []
  const { run, calls } = await process({
    charge: async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey)
      if (keys.length < 3) throw new Error('payment server answered 500')
      return 'ch_1'
    },
  })
  await run.result()
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(calls).toEqual(['check', 'reserve', 'charge', 'charge', 'charge', 'ship'])
})

test('a declined card is asked once, and the goods go back on the shelf', async () => {
  const { run, calls } = await process({
    charge: async () => {
      throw new CardDeclinedError('card declined: expired card')
    },
  })
  await expect(run.result()).rejects.toThrow('card declined: expired card')
  expect(calls).toEqual(['check', 'reserve', 'charge', 'release'])
})

test('an order that cannot be filled is never charged', async () => {
  const { run, calls } = await process({
    reserve: () => {
      throw new Error('out of stock: MUG')
    },
  })
  await expect(run.result()).rejects.toThrow('out of stock: MUG')
  expect(calls).toEqual(['check', 'reserve'])
})
