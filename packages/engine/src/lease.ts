import type { HolderView } from '@perdure/core'

/**
 * What the holder knows of its lease and of the store's time.
 *
 * **A worker stops itself early, never late.** The lease is counted from the moment the request was sent, by the
 * monotonic clock, less a margin; so whatever the clocks of this machine do, they can only make it stop earlier.
 */
export class Lease {
  readonly #marginMs: number
  /** Never goes back while the run is held: a lease is only ever extended, and answers may overtake one another. */
  #deadline = Number.NEGATIVE_INFINITY
  #leaseMs: number
  #seenNow = 0
  #seenAt = 0
  #latestNow = 0

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
    this.#marginMs = Math.min(leaseMs / 10, 2_000)
  }

  /** The store's time in its newest answer. */
  get seenNow(): number {
    return this.#seenNow
  }

  /** When, by the monotonic clock, this process must have stopped. */
  get deadline(): number {
    return this.#deadline
  }

  /** True when the lease has run down far enough to be extended. */
  isDue(monotonic: number): boolean {
    return this.#deadline - monotonic < (this.#leaseMs * 2) / 3
  }

  isSurelyHeld(monotonic: number): boolean {
    return monotonic < this.#deadline
  }

  /** The store's time now: its last answer, and the time that has passed here since. Never goes back. */
  storeNow(monotonic: number): number {
    this.#latestNow = Math.max(this.#latestNow, this.#seenNow + (monotonic - this.#seenAt))
    return this.#latestNow
  }

  seen(view: HolderView, sentAt: number, monotonic: number): void {
    if (view.now >= this.#seenNow) {
      this.#seenNow = view.now
      this.#seenAt = monotonic
    }
    if (view.leaseUntil === null) return
    this.#deadline = Math.max(this.#deadline, sentAt + (view.leaseUntil - view.now) - this.#marginMs)
  }
}
