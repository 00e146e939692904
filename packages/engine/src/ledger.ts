import {
  applyUpdate,
  type CancelRequest,
  type InboxMessage,
  isSettled,
  type OperationRecord,
  type OperationStatus,
  type OperationUpdate,
  type RunCounters,
  type RunKey,
  type TopicRequest,
} from '@perdure/core'
import { Announcements } from './announcements.js'
import { Numbering } from './numbering.js'
import { Outside, type OutsideOutcome } from './outside.js'
import { PendingTurn, type TurnContent } from './pending-turn.js'
import { cancelOperation, cancelOperationId } from './turns.js'

/** What a ledger begins with. */
export interface LedgerStart {
  readonly run: RunKey
  readonly startedAt: number
  readonly counters: RunCounters
  /** The journal as it was loaded, in any order. */
  readonly operations: readonly OperationRecord[]
}

/**
 * The journal of a held run as its holder knows it: how each operation stands, what the next turn is to write, and what
 * the pass is still to be told.
 *
 * Numbers are given out when something is entered, so **the order in which outcomes are told is the order in which they
 * are stored**. What the pass records is told once it is durable. Timers and messages are folded into the order by time;
 * since anybody would fold them the same from what the store holds, they are told at once, and their rows join the next
 * turn. Only a timer whose start is still to be written is told once its own row is durable: the next holder would set
 * it again, and something else might come before it.
 *
 * Nothing is folded while a turn is on its way, so what is not pending is durable.
 */
export class Ledger {
  #settlements: readonly OperationRecord[]
  #unfinished: readonly OperationRecord[]
  /** The cancel, if one had reached the journal by then. */
  readonly recordedCancel: OperationRecord | undefined
  readonly #now: () => number
  readonly #operations = new Map<string, OperationRecord>()
  readonly #outside: Outside
  #takenCount = 0
  readonly #turn = new PendingTurn()
  readonly #announcements = new Announcements()
  readonly #numbers: Numbering
  /** Steps whose delay is over. */
  #ready: OperationRecord[] = []

  /** `now` is the store's time. */
  constructor({ run, startedAt, counters, operations }: LedgerStart, now: () => number) {
    this.#now = now
    this.#outside = new Outside(run)
    for (const operation of [...operations].sort((a, b) => a.startSeq - b.startSeq)) this.#restore(operation)
    this.recordedCancel = operations.find(isCancel)
    if (this.recordedCancel !== undefined) this.#outside.cancelled()
    this.#settlements = operations
      .filter(({ status }) => isSettled(status))
      .sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
    this.#unfinished = operations.filter(({ status }) => !isSettled(status))
    this.#numbers = new Numbering(counters, this.#settlements.at(-1)?.endedAt ?? startedAt)
  }

  /** What was final when the ledger was opened, in settlement order. */
  get settlements(): readonly OperationRecord[] {
    return this.#settlements
  }

  /** What was recorded and not final by then. */
  get unfinished(): readonly OperationRecord[] {
    return this.#unfinished
  }

  /** The pass has them: they are kept here no longer, for values may be large. */
  handedOver(): void {
    this.#settlements = []
    this.#unfinished = []
  }

  get counters(): RunCounters {
    return this.#numbers.counters
  }

  /** When the earliest timer fires; null if none is set. */
  get earliest(): number | null {
    return this.#outside.earliest
  }

  /** Topics of messages that would change what happens next. */
  get topics(): string[] {
    return this.#outside.topics()
  }

  /** True if something is to be written that should not wait for the run to be let go of. */
  get isUrgent(): boolean {
    return this.#turn.isUrgent
  }

  /** True while the pass has not been told of everything that has ended. */
  get hasUntold(): boolean {
    return !this.#announcements.isEmpty
  }

  get hasUntoldCancel(): boolean {
    return this.#announcements.some(isCancel)
  }

  lookup(operationId: string): OperationRecord | undefined {
    return this.#operations.get(operationId)
  }

  /** Forget an operation whose outcome user code has. */
  forget(operationId: string): void {
    this.#operations.delete(operationId)
  }

  /** The pass has done something. */
  record(update: OperationUpdate): OperationRecord {
    const current = this.#operations.get(update.operationId)
    const operation = this.#enter(applyUpdate(current, update, this.#now(), this.#numbers))
    if (isSettled(operation.status)) this.#announcements.push(operation, false)
    else this.#turn.announceWhenDurable(operation)
    // A context that has begun is of no interest until something in it is.
    if (update.type !== 'CONTEXT' || update.action !== 'START') this.#turn.hurry()
    return operation
  }

  /** The code never hears of a cancel that is still to be written: its grace begins with whoever can tell it. */
  cancelUnheard(): void {
    const cancel = this.#operations.get(cancelOperationId)
    if (cancel !== undefined && this.#turn.has(cancelOperationId))
      this.#turn.write({ ...cancel, extras: null })
  }

  /** How many messages were taken since the run was claimed. */
  get takenCount(): number {
    return this.#takenCount
  }

  /** The run was claimed again: what was taken before is consumed in the store as well. */
  claimedAgain(): void {
    this.#takenCount = 0
  }

  /** There are messages that nobody has asked for. */
  expectMail(): void {
    this.#outside.expectMail()
  }

  /** What is to be asked for, of messages that may be there. */
  takeUnasked(): readonly TopicRequest[] {
    return this.#outside.takeUnasked()
  }

  /** Messages were fetched; the next fold takes them in. */
  receive(messages: readonly InboxMessage[]): void {
    this.#outside.receive(messages)
  }

  /**
   * Bring what has happened outside by `seenNow` into the order of the journal. `cancelReached` is called when the cancel
   * is entered, and says until when the run may clean up.
   */
  fold(seenNow: number, cancel: CancelRequest | null, cancelReached: () => number): void {
    let isCancelled = false
    for (const outcome of this.#outside.fold(seenNow, cancel)) {
      isCancelled ||= outcome.kind === 'cancel'
      // The pass, when it hears of the cancel, ends a step that waits: no attempt is made that fell due only later.
      if (!isCancelled || !isRetry(outcome)) this.#happen(outcome, cancelReached)
    }
  }

  /** What the pass may be told now, in order. */
  takeNews(): OperationRecord[] {
    return [...this.#ready.splice(0), ...this.#announcements.take()]
  }

  /** Everything that is to be written. */
  takeTurn(): TurnContent {
    for (const message of this.#outside.takeDropped()) this.#turn.consume(message)
    return this.#turn.take()
  }

  /** A turn was not written: its content joins the next one. */
  putBack(content: TurnContent): void {
    this.#turn.putBack(content)
  }

  /** A turn is durable: what it ended may be told. */
  written({ operations, consumed }: TurnContent): void {
    this.#outside.written(consumed)
    this.#announcements.written(operations)
  }

  #restore(operation: OperationRecord): void {
    this.#operations.set(operation.operationId, operation)
    if (!isSettled(operation.status)) this.#outside.expect(operation, Number.NEGATIVE_INFINITY)
  }

  /** An operation stands differently: remember it, and write it with the next turn. */
  #enter(operation: OperationRecord): OperationRecord {
    const entered = this.#numbers.inOrder(operation)
    this.#operations.set(entered.operationId, entered)
    this.#turn.write(entered)
    if (isSettled(entered.status)) this.#outside.forget(entered)
    else this.#outside.expect(entered, this.#now())
    return entered
  }

  #happen(outcome: OutsideOutcome, cancelReached: () => number): void {
    switch (outcome.kind) {
      case 'cancel': {
        const { cancel } = outcome
        const operation = cancelOperation(cancel, this.#numbers.nextStartSeq(), cancelReached())
        return this.#settle(operation, 'CANCELLED', cancel.requestedAt, true)
      }
      case 'event': {
        const { operation, message } = outcome
        const { inboxSeq, value, error, receivedAt } = message
        this.#takenCount += 1
        this.#turn.consume({ inboxSeq, operationId: operation.operationId })
        return this.#settle({ ...operation, value, error }, 'SUCCEEDED', receivedAt, true)
      }
      case 'timer': {
        const { operation, at } = outcome
        if (operation.type === 'STEP') return this.#makeReady(operation)
        const isSet = !this.#turn.has(operation.operationId)
        return this.#settle(operation, operation.type === 'WAIT' ? 'SUCCEEDED' : 'TIMED_OUT', at, isSet)
      }
    }
  }

  /** An attempt begins only after the failure of the one before is durable. */
  #makeReady(operation: OperationRecord): void {
    if (this.#turn.has(operation.operationId))
      return this.#outside.expect(operation, Number.NEGATIVE_INFINITY)
    const ready: OperationRecord = { ...operation, status: 'READY', dueAt: null }
    this.#operations.set(operation.operationId, ready)
    this.#ready.push(ready)
  }

  /** `follows`: whoever replays comes to the same, whether this is written or not. */
  #settle(operation: OperationRecord, status: OperationStatus, at: number, follows: boolean): void {
    const settleSeq = this.#numbers.nextSettleSeq()
    const endedAt = Math.max(at, operation.startedAt)
    this.#announcements.push(this.#enter({ ...operation, status, settleSeq, dueAt: null, endedAt }), follows)
  }
}

/** True for the entry of a journal that says a cancel reached the run. */
export function isCancel({ type }: OperationRecord): boolean {
  return type === 'EXECUTION'
}

function isRetry(outcome: OutsideOutcome): boolean {
  return outcome.kind === 'timer' && outcome.operation.type === 'STEP'
}
