/** What the database says about an order. */
export type OrderOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Not finished. `begun`: a worker has taken it up. */
  | { readonly kind: 'open'; readonly begun: boolean }

/** By order id. An order that was never started is not in it. */
export type OrderOutcomes = ReadonlyMap<string, OrderOutcome>
