import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateOrders } from '../../data/generate-orders.js'
import { shippedOrdersFile } from '../shipped-files.js'
import { parseOrders } from './parse-orders.js'

const order = {
  orderId: 'order-1',
  placedAt: '2025-11-03T06:01:07.000Z',
  customer: { name: 'Ada Ito', email: 'ada@example.com' },
  currency: 'EUR',
  items: [{ sku: 'MUG', quantity: 2, unitPriceCents: 1600 }],
  totalCents: 3200,
  cardToken: 'tok_visa',
}

function reasonFor(line: string): string | undefined {
  return parseOrders(line).brokenLines[0]?.reason
}

test('a good line is an order', () => {
  expect(parseOrders(JSON.stringify(order))).toEqual({ orders: [order], brokenLines: [] })
})

test('a broken line is reported by its number and the lines around it go on', () => {
  const text = [JSON.stringify(order), '{"orderId":', JSON.stringify({ ...order, orderId: 'order-2' })].join(
    '\n',
  )
  const { orders, brokenLines } = parseOrders(text)
  expect(orders.map(({ orderId }) => orderId)).toEqual(['order-1', 'order-2'])
  expect(brokenLines).toEqual([{ lineNumber: 2, reason: 'not valid JSON' }])
})

test('the reason names the field', () => {
  const [item] = order.items
  expect(reasonFor(JSON.stringify({ ...order, customer: undefined }))).toBe('customer: is missing')
  expect(reasonFor(JSON.stringify({ ...order, items: [{ ...item, quantity: -1 }] }))).toMatch(
    /^items\.0\.quantity: /,
  )
  expect(reasonFor(JSON.stringify({ ...order, orderId: 'a b' }))).toMatch(/^orderId: may hold only/)
  expect(reasonFor(JSON.stringify({ ...order, totalCents: 0.5 }))).toMatch(/^totalCents: /)
  expect(reasonFor('null')).toMatch(/^line: /)
  expect(reasonFor('{}')).toBe('orderId: is missing (and 6 more)')
})

test('a second order with the same id names the line of the first', () => {
  const text = `${JSON.stringify(order)}\n\n${JSON.stringify(order)}\n`
  expect(parseOrders(text).brokenLines).toEqual([
    { lineNumber: 3, reason: 'orderId: order-1 is already on line 1' },
  ])
})

test('blank lines, CRLF, a byte order mark and a line separator inside a string are no errors', () => {
  const named = { ...order, customer: { ...order.customer, name: 'Ada\u2028Ito' } }
  const text = `\uFEFF${JSON.stringify(named)}\r\n\r\n   \n`
  expect(parseOrders(text)).toEqual({ orders: [named], brokenLines: [] })
})

test('an empty file has no orders', () => {
  expect(parseOrders('')).toEqual({ orders: [], brokenLines: [] })
})

test('the shipped file is what its generator writes', () => {
  expect(readFileSync(shippedOrdersFile, 'utf8')).toBe(generateOrders())
})

test('the shipped file has 492 orders and eight lines that are broken on purpose', () => {
  const { orders, brokenLines } = parseOrders(readFileSync(shippedOrdersFile, 'utf8'))
  expect(orders).toHaveLength(492)
  expect(brokenLines.map(({ lineNumber }) => lineNumber)).toEqual([41, 97, 143, 190, 256, 311, 377, 442])
})
