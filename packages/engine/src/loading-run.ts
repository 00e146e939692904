import type { HolderView, RunKey, RunRecord, TerminalStatus } from '@perdure/core'
import { Lease } from './lease.js'
import type { Kept } from './lease-keeper.js'

/**
 * A run whose journal is being read. Its lease is kept meanwhile; what the store says of it is what its holder begins
 * with.
 */
export class LoadingRun implements Kept {
  readonly key: RunKey
  readonly row: RunRecord
  readonly lease: Lease
  /** Nothing of it has run. */
  readonly isProven = false
  #view: HolderView
  #sentAt: number
  #isLost = false
  #status: TerminalStatus | undefined

  constructor(
    row: RunRecord,
    view: HolderView,
    sentAt: number,
    clock: { monotonic(): number },
    leaseMs: number,
  ) {
    const { namespace, executionId, runNo } = row
    this.key = { namespace, executionId, runNo }
    this.row = row
    this.lease = new Lease(leaseMs)
    this.#view = view
    this.#sentAt = sentAt
    this.lease.seen(view, sentAt, clock.monotonic())
  }

  /** How the row stood when the store was last asked, and when that was. */
  get seen(): { readonly view: HolderView; readonly sentAt: number } {
    return { view: this.#view, sentAt: this.#sentAt }
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** How it has ended, if it has. */
  get status(): TerminalStatus | undefined {
    return this.#status
  }

  viewed(view: HolderView, sentAt: number): void {
    this.#view = view
    this.#sentAt = sentAt
    this.lease.seen(view, sentAt, sentAt)
  }

  lose(status?: TerminalStatus): void {
    this.#isLost = true
    this.#status = status
  }
}
