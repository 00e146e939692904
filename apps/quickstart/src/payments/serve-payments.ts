import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { seededNumber } from '../seeded-number.js'
import { behaviourFor } from './faults.js'
import type { Charge, Ledger } from './ledger.js'

export interface PaymentServerOptions {
  readonly ledger: Ledger
  readonly seed: number
  /** Called for each first charge, when it is on the disk and before the caller hears of it. */
  readonly onCharge?: (charge: Charge) => void
  /** @default setTimeout of node:timers/promises */
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

export interface PaymentServer {
  readonly url: string
  close(): Promise<void>
}

const chargeBody = z.object({
  orderId: z.string().min(1),
  amountCents: z.int().min(0),
  currency: z.string().length(3),
  cardToken: z.string().min(1),
})

const refusals: Readonly<Record<string, string>> = {
  tok_insufficient_funds: 'insufficient funds',
  tok_expired_card: 'expired card',
  tok_stolen_card: 'stolen card',
}

/** Starts a payment provider on a free port of this machine, about as reliable as a real one. */
export async function servePayments(options: PaymentServerOptions): Promise<PaymentServer> {
  const { ledger, seed, onCharge, wait = delay } = options
  const requestsOfOrder = new Map<string, number>()

  async function charge(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const idempotencyKey = request.headers['idempotency-key']
    if (typeof idempotencyKey !== 'string')
      return answer(response, 400, { error: 'Idempotency-Key is missing' })
    const body = chargeBody.safeParse(await json(request).catch(() => undefined))
    if (!body.success) return answer(response, 400, { error: z.prettifyError(body.error) })

    const { orderId, amountCents, currency, cardToken } = body.data
    const requestNumber = (requestsOfOrder.get(orderId) ?? 0) + 1
    requestsOfOrder.set(orderId, requestNumber)
    const behaviour = behaviourFor(seed, orderId, requestNumber)
    const thinkingMs = 60 + 180 * seededNumber(seed, 'thinking', orderId, requestNumber)

    if (behaviour === 'error') {
      await wait(thinkingMs)
      return answer(response, 500, { error: 'internal error' })
    }
    const refusal = refusals[cardToken]
    if (refusal !== undefined) {
      await wait(thinkingMs)
      return answer(response, 402, { error: 'card declined', reason: refusal })
    }
    // The money moves first and the answer takes its time: whoever dies in between cannot know.
    const outcome = ledger.charge({ idempotencyKey, orderId, amountCents, currency })
    if (outcome.kind === 'keyReused')
      return answer(response, 422, { error: 'key was used for another charge' })
    if (outcome.kind === 'charged') onCharge?.(outcome.charge)
    if (behaviour === 'hang') return
    await wait(behaviour === 'slow' ? 400 + thinkingMs : thinkingMs)
    answer(response, 200, outcome.charge)
  }

  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/charges') {
      return answer(response, 404, { error: 'only POST /charges is here' })
    }
    charge(request, response).catch((error: unknown) => answer(response, 500, { error: String(error) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a TCP port has an address of this shape.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
