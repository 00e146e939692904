import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChargeRequest } from './ledger.js'
import { Ledger, readLedger } from './ledger.js'

const request: ChargeRequest = { idempotencyKey: 'k1', orderId: 'order-1', amountCents: 500, currency: 'EUR' }

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'perdure-ledger-'))
  file = path.join(folder, 'ledger.ndjson')
})

afterEach(() => rmSync(folder, { recursive: true }))

function withLedger<T>(work: (ledger: Ledger) => T): T {
  const ledger = new Ledger(file)
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

test('a repeated key is absorbed, counted, and answered with the first charge', () => {
  withLedger((ledger) => {
    const first = ledger.charge(request)
    const second = ledger.charge(request)
    expect(first.kind).toBe('charged')
    expect(second).toEqual({ ...first, kind: 'repeated' })
    expect(ledger.chargeCount).toBe(1)
  })
  expect(readLedger(file).map(({ kind, orderId }) => [kind, orderId])).toEqual([
    ['charge', 'order-1'],
    ['repeat', 'order-1'],
  ])
})

test('another key for the same order is another charge: nothing but the key protects it', () => {
  withLedger((ledger) => {
    ledger.charge(request)
    expect(ledger.charge({ ...request, idempotencyKey: 'k2' }).kind).toBe('charged')
  })
  expect(readLedger(file).filter(({ kind }) => kind === 'charge')).toHaveLength(2)
})

test('a key that comes back with another order or amount is refused', () => {
  withLedger((ledger) => {
    ledger.charge(request)
    expect(ledger.charge({ ...request, orderId: 'order-2' })).toEqual({ kind: 'keyReused' })
    expect(ledger.charge({ ...request, amountCents: 1 })).toEqual({ kind: 'keyReused' })
  })
  expect(readLedger(file)).toHaveLength(1)
})

test('a ledger that is opened again knows the keys of before', () => {
  withLedger((ledger) => ledger.charge(request))
  withLedger((ledger) => expect(ledger.charge(request).kind).toBe('repeated'))
})

test('a line without an end was never answered and is cut off', () => {
  withLedger((ledger) => ledger.charge(request))
  appendFileSync(file, '{"kind":"charge","idempot')
  expect(readLedger(file)).toHaveLength(1)
  withLedger((ledger) => ledger.charge({ ...request, idempotencyKey: 'k2', orderId: 'order-2' }))
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2)
})

test('a file that does not exist has no entries', () => {
  expect(readLedger(path.join(folder, 'none'))).toEqual([])
})
