import {
  type CommitEntry,
  type CommitMark,
  type ControlState,
  type HolderView,
  provenAfterMs,
  type RunCounters,
  type RunRecord,
} from '@perdure/core'
import { Lease } from './lease.js'
import { cancelledTurn, type FinishTurn, timedOutTurn } from './turns.js'

/** What the holder knows of its row: as it was claimed, and what the store has said of it since. */
export class HeldRow {
  readonly lease: Lease
  readonly #leaseMs: number
  readonly #cancelGraceMs: number
  #row: RunRecord
  #control: ControlState
  #inboxSeq: number
  #fetchedSeq: number
  #foldedControlSeq = -1
  #graceEndsAt: number | null = null
  #commitSeq = 0
  #counters: RunCounters
  /** By the monotonic clock. */
  #heldSince: number | undefined

  constructor(row: RunRecord, leaseMs: number, cancelGraceMs: number) {
    this.lease = new Lease(leaseMs)
    this.#leaseMs = leaseMs
    this.#cancelGraceMs = cancelGraceMs
    this.#row = row
    this.#control = row.control
    this.#inboxSeq = row.inboxSeq
    this.#fetchedSeq = row.inboxBase
    this.#counters = row.counters
  }

  /** As it was when it was claimed. */
  get row(): RunRecord {
    return this.#row
  }

  get control(): ControlState {
    return this.#control
  }

  /** Number of the newest message there is, and of the newest that was fetched. */
  get inboxSeq(): number {
    return this.#inboxSeq
  }

  get fetchedSeq(): number {
    return this.#fetchedSeq
  }

  /** How many messages there are that were not consumed when it was claimed, or have come since. */
  get pendingCount(): number {
    return this.#row.inboxPending + this.#inboxSeq - this.#row.inboxSeq
  }

  /** The commit last acknowledged. */
  get mark(): CommitMark {
    return { nonce: this.#row.fence.nonce, commitSeq: this.#commitSeq }
  }

  /** Of the commit last acknowledged. */
  get counters(): RunCounters {
    return this.#counters
  }

  /** What the holder has taken into account. */
  get seen(): CommitEntry['seen'] {
    return { inboxSeq: this.#fetchedSeq, controlSeq: this.#foldedControlSeq }
  }

  /** When a cancelled run has had its time to clean up; null: it is not being cancelled. */
  get graceEndsAt(): number | null {
    return this.#graceEndsAt
  }

  /** The turn that ends a run whose time is up. */
  get expiry(): FinishTurn | undefined {
    const { deadlineAt, cancel } = this.#control
    const now = this.lease.seenNow
    const isOver = deadlineAt !== null && deadlineAt <= now
    if (isOver || this.#row.decided === 'TIMED_OUT') return timedOutTurn()
    if (cancel !== null && this.#graceEndsAt !== null && this.#graceEndsAt <= now)
      return cancelledTurn(cancel)
    return undefined
  }

  /**
   * The cancel has reached the journal: now, or when an earlier holder recorded it. The grace is counted from then, so
   * that a run which nobody could run for a while still cleans up; one that was continued as new goes on with what is
   * left of it. Returns when it ends.
   */
  cancelReached(recorded: number | undefined): number {
    this.#graceEndsAt =
      recorded ?? this.#control.cancel?.graceEndsAt ?? this.lease.seenNow + this.#cancelGraceMs
    return this.#graceEndsAt
  }

  /** True once this process has lived with the run, a suspect, for so long that it did not kill the one before. */
  isProven(monotonic: number): boolean {
    if (this.#row.recoveries === 0 || this.#heldSince === undefined) return false
    return monotonic - this.#heldSince >= provenAfterMs(this.#row, this.#leaseMs)
  }

  /** Claimed again. */
  claimed(row: RunRecord): void {
    this.#row = row
    this.#heldSince = undefined
    this.#commitSeq = 0
    this.#counters = row.counters
  }

  committed(counters: RunCounters): void {
    this.#commitSeq += 1
    this.#counters = counters
  }

  fetched(inboxSeq: number): void {
    this.#fetchedSeq = Math.max(this.#fetchedSeq, inboxSeq)
  }

  folded(): void {
    this.#foldedControlSeq = this.#control.seq
  }

  /** The store has answered. Answers may overtake one another; what was seen stays seen. True if a pause is over. */
  see(view: HolderView, sentAt: number, monotonic: number): boolean {
    const wasPaused = this.#control.paused
    this.#heldSince ??= monotonic
    if (view.control.seq >= this.#control.seq) this.#control = view.control
    this.#inboxSeq = Math.max(this.#inboxSeq, view.inboxSeq)
    this.lease.seen(view, sentAt, monotonic)
    return wasPaused && !this.#control.paused
  }
}
