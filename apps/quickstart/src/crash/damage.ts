import type { Order } from '../orders/order.js'
import type { OrderOutcome, OrderOutcomes } from '../orders/outcome.js'
import type { LedgerEntry } from '../payments/ledger.js'

/** What a run did wrong, counted from three independent sources: the file, the database and the ledger. */
export interface Damage {
  /** Orders that ended neither done nor failed with a reason, or are done and were never charged. */
  readonly lost: readonly string[]
  /** Orders that were charged more than once, under whatever keys. */
  readonly doubled: readonly string[]
  /** Orders that failed although their charge went through: paid and not shipped. */
  readonly paidInVain: readonly string[]
  /** Requests to charge that the payment server knew already, and did not charge again. */
  readonly repeats: number
}

export function countDamage(
  orders: readonly Order[],
  outcomes: OrderOutcomes,
  ledger: readonly LedgerEntry[],
): Damage {
  const charges = new Map<string, number>()
  for (const entry of ledger) {
    if (entry.kind === 'charge') charges.set(entry.orderId, (charges.get(entry.orderId) ?? 0) + 1)
  }
  const idsWhere = (
    wrong: (outcome: OrderOutcome | undefined, charges: number) => boolean,
  ): readonly string[] =>
    orders
      .map((order) => order.orderId)
      .filter((orderId) => wrong(outcomes.get(orderId), charges.get(orderId) ?? 0))

  return {
    lost: idsWhere((outcome, charged) => !hasEnded(outcome) || (outcome?.kind === 'done' && charged === 0)),
    doubled: [...charges].filter(([, charged]) => charged > 1).map(([orderId]) => orderId),
    paidInVain: idsWhere((outcome, charged) => outcome?.kind === 'failed' && charged > 0),
    repeats: ledger.filter((entry) => entry.kind === 'repeat').length,
  }
}

function hasEnded(outcome: OrderOutcome | undefined): boolean {
  return outcome?.kind === 'done' || (outcome?.kind === 'failed' && outcome.reason !== '')
}
