import type { Clock, HolderView, RunKey, RunRecord, Store, TerminalStatus } from '@perdure/core'
import type { Lease } from './lease.js'

/** A run whose lease is kept. */
export interface Kept {
  readonly key: RunKey
  /** As it was when it was claimed. */
  readonly row: RunRecord
  readonly lease: Lease
  readonly isProven: boolean
  /** The store said how the row stands. */
  viewed(view: HolderView, sentAt: number): void
  /** The lease is no longer surely ours. */
  lose(status?: TerminalStatus): void
}

/**
 * Keeps the leases of a process: one statement for all holdings, and only when one of them has run down by a third.
 * A holding whose lease could not be extended in time is stopped before anybody else can claim it.
 */
export class LeaseKeeper {
  readonly #store: Store
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #warn: (message: string, error: unknown) => void
  readonly #proven: (run: RunKey) => void
  readonly #held = new Set<Kept>()
  #stopTimer: (() => void) | undefined
  /** When the timer fires, by the monotonic clock. */
  #nextTickAt = Number.POSITIVE_INFINITY
  #isRenewing = false

  /** `proven` is told of each suspect whose row says so now. */
  constructor(
    store: Store,
    clock: Clock,
    leaseMs: number,
    warn: (message: string, error: unknown) => void,
    proven: (run: RunKey) => void = () => {},
  ) {
    this.#store = store
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#warn = warn
    this.#proven = proven
  }

  add(kept: Kept): void {
    this.#held.add(kept)
    // Its claim was long on its way: it may have to stop before the others are looked at again.
    if (kept.lease.deadline < this.#nextTickAt) this.#disarm()
    this.#arm()
  }

  remove(kept: Kept): void {
    this.#held.delete(kept)
    if (this.#held.size === 0) this.#disarm()
  }

  #arm(): void {
    if (this.#stopTimer !== undefined || this.#held.size === 0) return
    const delayMs = this.#nextTickMs()
    this.#nextTickAt = this.#clock.monotonic() + delayMs
    this.#stopTimer = this.#clock.schedule(delayMs, () => {
      this.#disarm()
      this.#tick()
    })
  }

  #disarm(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#nextTickAt = Number.POSITIVE_INFINITY
  }

  /** Soon enough to renew at a third, and to stop in time whoever cannot be renewed. */
  #nextTickMs(): number {
    const now = this.#clock.monotonic()
    let soonest = this.#leaseMs / 4
    for (const { lease } of this.#held) soonest = Math.min(soonest, lease.deadline - now)
    return Math.max(1, soonest)
  }

  #tick(): void {
    const now = this.#clock.monotonic()
    for (const kept of [...this.#held]) if (!kept.lease.isSurelyHeld(now)) kept.lose()
    const due = [...this.#held].filter(({ lease }) => lease.isDue(now))
    if (due.length > 0 && !this.#isRenewing) void this.#renewDue(due)
    this.#arm()
  }

  async #renewDue(due: readonly Kept[]): Promise<void> {
    this.#isRenewing = true
    await this.renew(due)
    this.#isRenewing = false
  }

  /** Extends leases before they have run down, for what is written with that. */
  async renew(all: readonly Kept[]): Promise<void> {
    const sentAt = this.#clock.monotonic()
    try {
      const holdings = all.map(({ key, row, isProven }) => ({ key, fence: row.fence, proven: isProven }))
      const answers = await this.#store.renew({ leaseMs: this.#leaseMs, holdings })
      answers.forEach((answer, index) => {
        const kept = all[index]
        // A lease that was let go of meanwhile has a turn of its own to answer for it, also if it was taken again.
        if (kept === undefined || !this.#held.has(kept)) return
        if (kept.row.fence.nonce !== holdings[index]?.fence.nonce) return
        if (answer.kind === 'renewed') {
          if (holdings[index].proven) this.#proven(kept.key)
          kept.viewed(answer, sentAt)
        } else {
          kept.lose(answer.status)
        }
      })
    } catch (error) {
      this.#warn('Leases could not be renewed; trying again.', error)
    }
  }
}
