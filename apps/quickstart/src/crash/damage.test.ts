import { expect, test } from 'vitest'
import type { Order } from '../orders/order.js'
import type { OrderOutcome } from '../orders/outcome.js'
import type { LedgerEntry } from '../payments/ledger.js'
import { countDamage } from './damage.js'

// Only the id of an order is counted.
const orders = ['a', 'b'].map((orderId) => ({ orderId })) as unknown as readonly Order[]
const done: OrderOutcome = { kind: 'done' }

function charge(orderId: string, idempotencyKey = orderId): LedgerEntry {
  const money = { amountCents: 1, currency: 'EUR', chargeId: 'ch_1', chargedAt: 0 }
  return { kind: 'charge', orderId, idempotencyKey, ...money }
}

function damage(outcomes: Readonly<Record<string, OrderOutcome>>, ...ledger: readonly LedgerEntry[]) {
  return countDamage(orders, new Map(Object.entries(outcomes)), ledger)
}

const none = { lost: [], doubled: [], paidInVain: [], repeats: 0 }

test('orders that are done and charged once are no damage', () => {
  expect(damage({ a: done, b: done }, charge('a'), charge('b'))).toEqual(none)
})

test('an order that failed with a reason is not lost', () => {
  expect(damage({ a: done, b: { kind: 'failed', reason: 'out of stock' } }, charge('a'))).toEqual(none)
})

test('an order that failed without a reason is lost', () => {
  expect(damage({ a: done, b: { kind: 'failed', reason: '' } }, charge('a')).lost).toEqual(['b'])
})

test('an order that the database does not know is lost', () => {
  expect(damage({ a: done }, charge('a')).lost).toEqual(['b'])
})

test('an order that has not ended is lost', () => {
  expect(damage({ a: done, b: { kind: 'open', begun: true } }, charge('a'), charge('b')).lost).toEqual(['b'])
})

test('an order that is done without a charge is lost', () => {
  expect(damage({ a: done, b: done }, charge('a')).lost).toEqual(['b'])
})

test('two charges for one order are doubled although their keys differ', () => {
  const count = damage({ a: done, b: done }, charge('a', 'k1'), charge('a', 'k2'), charge('b'))
  expect(count).toEqual({ ...none, doubled: ['a'] })
})

test('a repeat that was absorbed is counted and is no second charge', () => {
  const repeat: LedgerEntry = { kind: 'repeat', orderId: 'a', idempotencyKey: 'a', repeatedAt: 0 }
  expect(damage({ a: done, b: done }, charge('a'), repeat, charge('b'))).toEqual({ ...none, repeats: 1 })
})

test('a charge of an order that failed is shown', () => {
  const count = damage({ a: done, b: { kind: 'failed', reason: 'gave up' } }, charge('a'), charge('b'))
  expect(count).toEqual({ ...none, paidInVain: ['b'] })
})
