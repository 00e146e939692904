import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
} from 'node:fs'

/** What a caller asks for. Requests with the same key are one and the same wish. */
export interface ChargeRequest {
  readonly idempotencyKey: string
  readonly orderId: string
  readonly amountCents: number
  readonly currency: string
}

export interface Charge extends ChargeRequest {
  readonly chargeId: string
  readonly chargedAt: number
}

export interface Repeat {
  readonly idempotencyKey: string
  readonly orderId: string
  readonly repeatedAt: number
}

/** `charge`: money was taken. `repeat`: the key was known, so it was not taken a second time. */
export type LedgerEntry = ({ readonly kind: 'charge' } & Charge) | ({ readonly kind: 'repeat' } & Repeat)

export type ChargeOutcome =
  | { readonly kind: 'charged'; readonly charge: Charge }
  | { readonly kind: 'repeated'; readonly charge: Charge }
  | { readonly kind: 'keyReused' }

/** The payment server's memory: an append-only file, one JSON object a line. */
export class Ledger {
  readonly #descriptor: number
  readonly #charges = new Map<string, Charge>()

  constructor(file: string) {
    cutTornLine(file)
    for (const entry of readLedger(file)) {
      if (entry.kind === 'charge') this.#charges.set(entry.idempotencyKey, entry)
    }
    this.#descriptor = openSync(file, 'a')
  }

  /** Charges since the file began, over all starts of the server. */
  get chargeCount(): number {
    return this.#charges.size
  }

  /** Takes money once per key, and returns when that is on the disk. */
  charge(request: ChargeRequest): ChargeOutcome {
    const known = this.#charges.get(request.idempotencyKey)
    if (known === undefined) return { kind: 'charged', charge: this.#chargeFirst(request) }
    if (known.orderId !== request.orderId || known.amountCents !== request.amountCents)
      return { kind: 'keyReused' }
    const { idempotencyKey, orderId } = request
    this.#append({ kind: 'repeat', idempotencyKey, orderId, repeatedAt: Date.now() })
    return { kind: 'repeated', charge: known }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #chargeFirst(request: ChargeRequest): Charge {
    const charge: Charge = { ...request, chargeId: `ch_${this.#charges.size + 1}`, chargedAt: Date.now() }
    this.#append({ kind: 'charge', ...charge })
    this.#charges.set(request.idempotencyKey, charge)
    return charge
  }

  // Synchronous on purpose: between the look-up of a key and its line on the disk nothing else can run.
  #append(entry: LedgerEntry): void {
    appendFileSync(this.#descriptor, `${JSON.stringify(entry)}\n`)
    fsyncSync(this.#descriptor)
  }
}

/** All that a ledger file says, oldest first; nothing if there is no such file. */
export function readLedger(file: string): readonly LedgerEntry[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** A server that died while it wrote leaves a line without an end. It had not answered, so nobody relies on it. */
function cutTornLine(file: string): void {
  if (!existsSync(file)) return
  truncateSync(file, readFileSync(file).lastIndexOf('\n') + 1)
}
