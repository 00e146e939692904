import { z } from 'zod'
import type { Order } from '../orders/order.js'

export interface ChargeAttempt {
  /** The same for every attempt of one charge: a repeat is recognised and costs nothing. */
  readonly idempotencyKey: string
  /** Fires when the attempt has taken too long. */
  readonly signal: AbortSignal
}

const receiptSchema = z.object({ chargeId: z.string() })
const refusalSchema = z.object({ reason: z.string() })

/** Final: the same card will be declined again. Retry policies know it by its `name`. */
export class CardDeclinedError extends Error {
  override readonly name = 'CardDeclinedError'
}

/** Charges over HTTP and answers the id of the charge. All but `CardDeclinedError` may be tried again. */
export async function chargeCard(url: string, order: Order, attempt: ChargeAttempt): Promise<string> {
  const { orderId, totalCents: amountCents, currency, cardToken } = order
  const response = await fetch(`${url}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': attempt.idempotencyKey },
    body: JSON.stringify({ orderId, amountCents, currency, cardToken }),
    signal: attempt.signal,
  })
  const body: unknown = await response.json()
  if (response.status === 402)
    throw new CardDeclinedError(`card declined: ${refusalSchema.parse(body).reason}`)
  if (!response.ok) throw new Error(`payment server answered ${response.status}`)
  return receiptSchema.parse(body).chargeId
}
