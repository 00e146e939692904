import { readFileSync } from 'node:fs'
import type { Order } from '../src/orders/order.js'
import { seededNumber } from '../src/seeded-number.js'
import { shippedStockFile } from '../src/shipped-files.js'

const lines = 500
const seed = 'quickstart'

const firstNames =
  'Ada Ben Chiara Dmitri Elif Femi Grace Hiro Inês Jonas Kofi Lena Mateo Noor Olga Priya'.split(' ')
const lastNames =
  'Abara Brandt Castillo Dubois Eriksen Fischer Gupta Haddad Ito Jansen Kowalski Lindqvist'.split(' ')
const cards = ['tok_visa', 'tok_mastercard', 'tok_amex', 'tok_visa_debit']
const refusedCards = ['tok_insufficient_funds', 'tok_expired_card', 'tok_stolen_card']
const currencies = { EUR: 1, USD: 1.1, GBP: 0.85, CHF: 0.95 }
const pricesInEur: Readonly<Record<string, number>> = {
  'BEAN-ETH-250': 1290,
  'BEAN-ETH-1000': 4490,
  'BEAN-COL-250': 1150,
  'BEAN-COL-1000': 3990,
  'BEAN-DECAF-250': 1240,
  'FILTER-V60-100': 690,
  'DRIPPER-V60-WHITE': 2490,
  'KETTLE-GOOSE-1L': 5990,
  'GRINDER-HAND-S': 8900,
  'SCALE-TIMER': 4900,
  'MUG-STONE-BLUE': 1600,
  'MUG-STONE-GREY': 1600,
  'MUG-ANNIVERSARY': 2900,
  'GRINDER-ELECTRIC': 24900,
}

/** The shipped orders file: the same text every time, with a little of everything that goes wrong in life. */
export function generateOrders(): string {
  const shelf = readShelf()
  const numbers = Array.from({ length: lines }, (_, index) => index + 1)
  return numbers
    .map((lineNumber) => `${breakOnPurpose(lineNumber, orderOf(lineNumber, shelf), shelf)}\n`)
    .join('')
}

/** The articles of which there is plenty; the scarce ones are given out on purpose. */
function readShelf(): readonly string[] {
  const stock: readonly { sku: string; onHand: number }[] = JSON.parse(readFileSync(shippedStockFile, 'utf8'))
  return stock.filter((article) => article.onHand >= 100).map((article) => article.sku)
}

function orderOf(lineNumber: number, shelf: readonly string[]): Order {
  const chance = (what: string): number => seededNumber(seed, lineNumber, what)
  const currency = pick(['EUR', 'EUR', 'EUR', 'USD', 'GBP', 'CHF'] as const, chance('currency'))
  const name = `${pick(firstNames, chance('first name'))} ${pick(lastNames, chance('last name'))}`
  const items = basketOf(lineNumber, shelf).map(({ sku, quantity }) => ({
    sku,
    quantity,
    unitPriceCents: Math.round((pricesInEur[sku] ?? 0) * currencies[currency]),
  }))
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0)
  return {
    orderId: `order-${String(lineNumber).padStart(4, '0')}`,
    placedAt: new Date(Date.UTC(2025, 10, 3, 6) + lineNumber * 67_000).toISOString(),
    customer: { name, email: `${emailName(name)}@example.com` },
    currency,
    items,
    // Now and then the shop's own arithmetic is wrong; the line is well formed all the same.
    totalCents: [88, 246, 405].includes(lineNumber) ? totalCents + 1000 : totalCents,
    cardToken: lineNumber % 41 === 17 ? pick(refusedCards, chance('refusal')) : pick(cards, chance('card')),
  }
}

function basketOf(
  lineNumber: number,
  shelf: readonly string[],
): readonly { sku: string; quantity: number }[] {
  // Nine want one of five numbered mugs, three want a grinder that is sold out.
  if (lineNumber % 53 === 30) return [{ sku: 'MUG-ANNIVERSARY', quantity: 1 }]
  if ([120, 268, 430].includes(lineNumber)) return [{ sku: 'GRINDER-ELECTRIC', quantity: 1 }]
  const size = 1 + Math.floor(seededNumber(seed, lineNumber, 'size') ** 2 * 4)
  const skus = Array.from({ length: size }, (_, item) =>
    pick(shelf, seededNumber(seed, lineNumber, 'sku', item)),
  )
  return [...new Set(skus)].map((sku) => ({
    sku,
    quantity: 1 + Math.floor(seededNumber(seed, lineNumber, 'quantity', sku) ** 3 * 4),
  }))
}

function breakOnPurpose(lineNumber: number, order: Order, shelf: readonly string[]): string {
  const text = JSON.stringify(order)
  const [first, ...rest] = order.items
  switch (lineNumber) {
    case 41:
      return text.slice(0, text.length / 2)
    case 97:
      return JSON.stringify({ ...order, customer: undefined })
    case 143:
      return JSON.stringify({ ...order, items: [{ ...first, quantity: -2 }, ...rest] })
    case 190:
      return JSON.stringify(orderOf(lineNumber - 76, shelf))
    case 256:
      return JSON.stringify({ ...order, totalCents: (order.totalCents / 100).toFixed(2) })
    case 311:
      return JSON.stringify({ ...order, currency: 'DOGE' })
    case 377:
      return text.replaceAll('"', "'")
    case 442:
      return JSON.stringify({ ...order, items: [] })
    default:
      return text
  }
}

function pick<T>(choices: readonly T[], chance: number): T {
  // Cannot miss: chance is below 1 and no list of choices is empty.
  return choices[Math.floor(chance * choices.length)] as T
}

function emailName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .toLowerCase()
    .replace(' ', '.')
}
