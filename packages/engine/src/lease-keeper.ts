import type { Clock, Store } from '@perdure/core'
import type { RunJournal } from './run-journal.js'

/**
 * Keeps the leases of a process: one statement for all holdings, and only when one of them has run down by a third.
 * A holding whose lease could not be extended in time is stopped before anybody else can claim it.
 */
export class LeaseKeeper {
  readonly #store: Store
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #warn: (message: string, error: unknown) => void
  readonly #held = new Set<RunJournal>()
  #stopTimer: (() => void) | undefined
  #isRenewing = false

  constructor(store: Store, clock: Clock, leaseMs: number, warn: (message: string, error: unknown) => void) {
    this.#store = store
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#warn = warn
  }

  add(journal: RunJournal): void {
    this.#held.add(journal)
    this.#arm()
  }

  remove(journal: RunJournal): void {
    this.#held.delete(journal)
    if (this.#held.size > 0) return
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** Ask how these stand, which also renews them. */
  async look(journals: readonly RunJournal[]): Promise<void> {
    if (!this.#isRenewing) await this.#renew(journals)
  }

  #arm(): void {
    if (this.#stopTimer !== undefined || this.#held.size === 0) return
    this.#stopTimer = this.#clock.schedule(this.#nextTickMs(), () => {
      this.#stopTimer = undefined
      void this.#tick()
    })
  }

  /** Soon enough to renew at a third, and to stop in time whoever cannot be renewed. */
  #nextTickMs(): number {
    const now = this.#clock.monotonic()
    let soonest = this.#leaseMs / 4
    for (const { lease } of this.#held) soonest = Math.min(soonest, lease.deadline - now)
    return Math.max(1, soonest)
  }

  async #tick(): Promise<void> {
    const now = this.#clock.monotonic()
    for (const journal of [...this.#held]) if (!journal.lease.isSurelyHeld(now)) journal.lose()
    const due = [...this.#held].filter(({ lease }) => lease.isDue(now))
    if (due.length > 0 && !this.#isRenewing) void this.#renew(due)
    this.#arm()
  }

  async #renew(journals: readonly RunJournal[]): Promise<void> {
    this.#isRenewing = true
    const sentAt = this.#clock.monotonic()
    try {
      const holdings = journals.map(({ key, row }) => ({ key, fence: row.fence }))
      const answers = await this.#store.renew({ leaseMs: this.#leaseMs, holdings })
      answers.forEach((answer, index) => {
        const journal = journals[index]
        // A lease that was let go of meanwhile has a turn of its own to answer for it.
        if (journal === undefined || !this.#held.has(journal)) return
        if (answer.kind === 'renewed') journal.viewed(answer, sentAt)
        else journal.lose()
      })
    } catch (error) {
      this.#warn('Leases could not be renewed; trying again.', error)
    } finally {
      this.#isRenewing = false
    }
  }
}
