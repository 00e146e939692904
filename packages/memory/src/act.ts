import type { RunRecord, StoreHint } from '@perdure/core'
import { claimAt, hasJustEnded, isTerminal } from '@perdure/core'
import { readable } from './damage.js'
import type { MemoryDatabase } from './memory-database.js'

/**
 * One atomic act of a verb: the rows, one instant for the whole of it, and what other handles should be told.
 * **A verb never awaits inside its act**, and that is all the locking there is: JavaScript runs it undivided.
 */
export class Act {
  readonly database: MemoryDatabase
  readonly now: number
  readonly maxInboxMessages: number
  readonly #hints = new Map<string, StoreHint>()

  constructor(database: MemoryDatabase, now: number, maxInboxMessages: number) {
    this.database = database
    this.now = now
    this.maxInboxMessages = maxInboxMessages
  }

  /** Puts a run's row and notes whom that may concern. */
  putRun(run: RunRecord): void {
    const before = this.database.run(run)
    this.database.putRun(run)
    if (before !== null && hasJustEnded(readable(before), run)) this.database.addFinished(run)
    const hint = hintOf(before, run)
    if (hint !== null) this.#hints.set(JSON.stringify(hint), hint)
  }

  /** What happened, without repetition. */
  hints(): StoreHint[] {
    return [...this.#hints.values()]
  }
}

function hintOf(before: RunRecord | null, after: RunRecord): StoreHint | null {
  const { namespace, executionId, queue } = after
  if (isTerminal(after.status)) return { kind: 'finished', namespace, executionId }
  const dueAt = claimAt(after)
  const isFree = after.leaseUntil === null
  if (isFree && dueAt !== null && (before === null || dueAt !== claimAt(before))) {
    return { kind: 'due', namespace, queue }
  }
  const isNews = before?.inboxSeq !== after.inboxSeq || before.control.seq !== after.control.seq
  return isNews ? { kind: 'changed' } : null
}
