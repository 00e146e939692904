import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Order } from '../orders/order.js'
import { Warehouse } from './warehouse.js'

let warehouse: Warehouse

beforeEach(() => {
  warehouse = new Warehouse(':memory:', [
    { sku: 'MUG', onHand: 5 },
    { sku: 'KETTLE', onHand: 1 },
  ])
})

afterEach(() => warehouse.close())

function orderOf(orderId: string, items: Readonly<Record<string, number>>, totalCents?: number): Order {
  const lines = Object.entries(items).map(([sku, quantity]) => ({ sku, quantity, unitPriceCents: 100 }))
  return {
    orderId,
    placedAt: '2025-11-03T06:01:07.000Z',
    customer: { name: 'Ada Ito', email: 'ada@example.com' },
    currency: 'EUR',
    items: lines,
    totalCents: totalCents ?? lines.reduce((sum, line) => sum + line.quantity * 100, 0),
    cardToken: 'tok_visa',
  }
}

test('an order that does not add up is refused', () => {
  expect(() => warehouse.check(orderOf('a', { MUG: 2 }))).not.toThrow()
  expect(() => warehouse.check(orderOf('a', { MUG: 2 }, 100))).toThrow('total is not the sum of the items')
})

test('an article that is not sold is refused', () => {
  expect(() => warehouse.check(orderOf('a', { MUG: 1, YACHT: 1 }))).toThrow('unknown article YACHT')
})

test('reserving twice takes the goods once', () => {
  const order = orderOf('a', { MUG: 2, KETTLE: 1 })
  warehouse.reserve(order)
  warehouse.reserve(order)
  expect([warehouse.onHand('MUG'), warehouse.onHand('KETTLE')]).toEqual([3, 0])
})

test('an order that cannot be filled takes nothing', () => {
  expect(() => warehouse.reserve(orderOf('a', { MUG: 2, KETTLE: 2 }))).toThrow('out of stock: KETTLE')
  expect(warehouse.onHand('MUG')).toBe(5)
})

test('releasing twice gives the goods back once', () => {
  const order = orderOf('a', { MUG: 2 })
  warehouse.reserve(orderOf('b', { MUG: 1 }))
  warehouse.reserve(order)
  warehouse.release(order.orderId)
  warehouse.release(order.orderId)
  expect(warehouse.onHand('MUG')).toBe(4)
})

test('an article may stand on two lines of one order', () => {
  const twice = orderOf('a', { MUG: 2 })
  warehouse.reserve({ ...twice, items: [...twice.items, ...twice.items] })
  expect(warehouse.onHand('MUG')).toBe(1)
  warehouse.release('a')
  expect(warehouse.onHand('MUG')).toBe(5)
})

test('shipping twice answers the same tracking id', () => {
  expect(warehouse.ship('a')).toBe(warehouse.ship('a'))
})
