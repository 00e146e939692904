/** What the payment server tells the process that started it. */
export type PaymentServerMessage =
  | { readonly kind: 'listening'; readonly url: string }
  /** A first charge is on the disk, and its answer not yet on its way. `count` is of the whole ledger. */
  | { readonly kind: 'charged'; readonly count: number }

/** What a worker tells the process that started it. */
export interface WorkerMessage {
  readonly kind: 'finished'
  readonly orderId: string
}
