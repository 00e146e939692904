import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Order } from '../orders/order.js'
import type { Behaviour } from './faults.js'
import { behaviourFor } from './faults.js'
import { Ledger, readLedger } from './ledger.js'
import { CardDeclinedError, chargeCard } from './payment-client.js'
import type { PaymentServer } from './serve-payments.js'
import { servePayments } from './serve-payments.js'

const seed = 1

let folder: string
let ledgerFile: string
let ledger: Ledger
let server: PaymentServer
let charged: string[]

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'perdure-payments-'))
  ledgerFile = path.join(folder, 'ledger.ndjson')
  ledger = new Ledger(ledgerFile)
  charged = []
  server = await servePayments({
    ledger,
    seed,
    onCharge: ({ orderId }) => charged.push(orderId),
    wait: async () => {},
  })
})

afterEach(async () => {
  await server.close()
  ledger.close()
  rmSync(folder, { recursive: true })
})

/** An order whose requests meet these behaviours, in this order. */
function orderThatMeets(...behaviours: readonly Behaviour[]): Order {
  for (let candidate = 1; ; candidate += 1) {
    const orderId = `order-${candidate}`
    if (behaviours.every((behaviour, index) => behaviourFor(seed, orderId, index + 1) === behaviour)) {
      return orderOf(orderId)
    }
  }
}

function orderOf(orderId: string, cardToken = 'tok_visa'): Order {
  return {
    orderId,
    placedAt: '2025-11-03T06:01:07.000Z',
    customer: { name: 'Ada Ito', email: 'ada@example.com' },
    currency: 'EUR',
    items: [{ sku: 'MUG', quantity: 1, unitPriceCents: 1600 }],
    totalCents: 1600,
    cardToken,
  }
}

function charge(
  order: Order,
  idempotencyKey = `key of ${order.orderId}`,
  signal = new AbortController().signal,
) {
  return chargeCard(server.url, order, { idempotencyKey, signal })
}

test('a charge is answered with its id and stands in the ledger', async () => {
  const order = orderThatMeets('prompt')
  const chargeId = await charge(order)
  expect(readLedger(ledgerFile)).toMatchObject([
    { kind: 'charge', chargeId, orderId: order.orderId, amountCents: 1600, currency: 'EUR' },
  ])
  expect(charged).toEqual([order.orderId])
})

test('a repeat with the same key gets the same charge', async () => {
  const order = orderThatMeets('prompt', 'slow')
  expect(await charge(order)).toEqual(await charge(order))
  expect(readLedger(ledgerFile).map(({ kind }) => kind)).toEqual(['charge', 'repeat'])
  expect(charged).toHaveLength(1)
})

test('a failure charges nothing and the next try goes through', async () => {
  const order = orderThatMeets('error', 'prompt')
  await expect(charge(order)).rejects.toThrow('payment server answered 500')
  expect(readLedger(ledgerFile)).toEqual([])
  await charge(order)
  expect(readLedger(ledgerFile)).toHaveLength(1)
})

test('a request that hangs has charged, and the retry with the same key finds that out', async () => {
  const order = orderThatMeets('hang', 'prompt')
  const timeout = new AbortController()
  const hanging = charge(order, 'key', timeout.signal)
  await expect.poll(() => charged).toHaveLength(1)
  timeout.abort(new Error('took too long'))
  await expect(hanging).rejects.toThrow('took too long')

  await charge(order, 'key')
  expect(readLedger(ledgerFile).map(({ kind }) => kind)).toEqual(['charge', 'repeat'])
})

test('a declined card is a final answer with a reason', async () => {
  const { orderId } = orderThatMeets('prompt')
  const declined = charge(orderOf(orderId, 'tok_expired_card'))
  await expect(declined).rejects.toThrow(CardDeclinedError)
  await expect(declined).rejects.toThrow('card declined: expired card')
  expect(readLedger(ledgerFile)).toEqual([])
})

test('a key that was used for another order is refused', async () => {
  const [first, second] = [orderThatMeets('prompt'), orderThatMeets('slow')]
  await charge(first, 'key')
  await expect(charge(second, 'key')).rejects.toThrow('payment server answered 422')
})

test('what is no charge request is refused and charges nothing', async () => {
  const post = (headers: Record<string, string>, body: string) =>
    fetch(`${server.url}/charges`, { method: 'POST', headers, body })
  expect((await post({}, '{}')).status).toBe(400)
  expect((await post({ 'idempotency-key': 'k' }, '{}')).status).toBe(400)
  expect((await post({ 'idempotency-key': 'k' }, 'no json')).status).toBe(400)
  expect((await fetch(server.url)).status).toBe(404)
  expect(readLedger(ledgerFile)).toEqual([])
})

test('chance depends on nothing but the seed, the order and the number of the request', () => {
  const draw = (drawSeed: number) =>
    Array.from({ length: 1000 }, (_, index) => behaviourFor(drawSeed, `order-${index}`, 1))
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
  expect(new Set(draw(7))).toEqual(new Set(['prompt', 'slow', 'error', 'hang']))
})

test('no order meets a failure forever', () => {
  const late = Array.from({ length: 1000 }, (_, index) => behaviourFor(seed, `order-${index}`, 4))
  expect(new Set(late)).toEqual(new Set(['prompt', 'slow']))
})
