import {
  type CancelRequest,
  type ConsumedMessage,
  eventSubType,
  type InboxMessage,
  type OperationRecord,
  type RunKey,
  type TopicRequest,
} from '@perdure/core'
import { DueTimes } from './due-times.js'
import { EventWaits } from './event-waits.js'
import { foldInOrder, type Happening } from './fold.js'

/** What something that happened outside means for an open operation. */
export type OutsideOutcome =
  | { readonly kind: 'event'; readonly operation: OperationRecord; readonly message: InboxMessage }
  | { readonly kind: 'timer'; readonly operation: OperationRecord; readonly at: number }
  | { readonly kind: 'cancel'; readonly cancel: CancelRequest }

/** What the open operations of a run wait for outside of the pass: timers, messages, a cancel. */
export class Outside {
  readonly #dueTimes = new DueTimes()
  readonly #waits: EventWaits
  readonly #open = new Map<string, OperationRecord>()
  /** Opened when their time had come already. */
  #overdue: OperationRecord[] = []
  #newMessages: InboxMessage[] = []
  #isCancelFolded = false

  constructor(run: RunKey) {
    this.#waits = new EventWaits(run)
  }

  /** When the earliest timer fires; null if none is set. */
  get earliest(): number | null {
    return this.#dueTimes.earliest
  }

  /** An operation is open. One that ends no later than `now` does not wait for the store to say so. */
  expect(operation: OperationRecord, now: number): void {
    const { operationId, dueAt, subType } = operation
    const isNew = !this.#open.has(operationId)
    this.#open.set(operationId, operation)
    const isOverdue = dueAt !== null && dueAt <= now
    if (isOverdue) this.#overdue.push(operation)
    this.#dueTimes.set(operationId, isOverdue ? null : dueAt)
    if (isNew && subType === eventSubType) this.#waits.open(operation)
  }

  /** An operation has ended, by what the pass did. */
  forget(operation: OperationRecord): void {
    if (!this.#open.delete(operation.operationId)) return
    this.#dueTimes.set(operation.operationId, null)
    if (operation.subType === eventSubType) this.#waits.close(operation)
  }

  /** A cancel is in the journal already. */
  cancelled(): void {
    this.#isCancelFolded = true
  }

  receive(messages: readonly InboxMessage[]): void {
    this.#newMessages.push(...messages)
  }

  /** Topics to wake a suspended run for. */
  topics(): string[] {
    return this.#waits.topics()
  }

  /** There are messages that nobody has asked for. */
  expectMail(): void {
    this.#waits.expectMore()
  }

  /** What is to be asked for, of messages that may be there. */
  takeUnasked(): readonly TopicRequest[] {
    return this.#waits.takeUnasked()
  }

  /** These messages are consumed in the store as well. */
  written(consumed: readonly ConsumedMessage[]): void {
    this.#waits.written(consumed)
  }

  /** Messages that no run can consume, since this was last asked. */
  takeDropped(): ConsumedMessage[] {
    return this.#waits.takeDropped()
  }

  /**
   * What has happened by the store's `now`, in the one order; each ends (or readies) the operation it names. A message or
   * a cancel may be younger than `now`: then every timer before it has fired as well.
   */
  fold(now: number, cancel: CancelRequest | null): OutsideOutcome[] {
    const outcomes: OutsideOutcome[] = []
    for (const happening of foldInOrder(this.#happenings(now, cancel)))
      outcomes.push(...this.#fold(happening, cancel))
    return outcomes
  }

  #happenings(now: number, cancel: CancelRequest | null): Happening[] {
    const happenings: Happening[] = []
    for (const message of this.#newMessages.splice(0)) {
      happenings.push({ kind: 'message', at: message.receivedAt, message })
    }
    for (const { operationId, dueAt, startedAt } of this.#overdue.splice(0)) {
      // What was here before it was opened came first, however long ago its time was.
      happenings.push({ kind: 'timer', at: Math.max(dueAt ?? startedAt, startedAt), operationId })
    }
    if (cancel !== null && !this.#isCancelFolded) happenings.push({ kind: 'cancel', at: cancel.requestedAt })
    const firedBy = happenings.reduce((latest, { at }) => Math.max(latest, at - 1), now)
    for (const { key, at } of this.#dueTimes.takeDue(firedBy))
      happenings.push({ kind: 'timer', at, operationId: key })
    return happenings
  }

  #fold(happening: Happening, cancel: CancelRequest | null): OutsideOutcome[] {
    switch (happening.kind) {
      case 'cancel':
        this.#isCancelFolded = true
        return cancel === null ? [] : [{ kind: 'cancel', cancel }]
      case 'message': {
        const match = this.#waits.receive(happening.message)
        return match === undefined ? [] : this.#ended(match.operationId, match.message)
      }
      case 'timer': {
        const operation = this.#open.get(happening.operationId)
        if (operation === undefined) return []
        if (operation.type !== 'STEP') this.forget(operation)
        return [{ kind: 'timer', operation, at: happening.at }]
      }
    }
  }

  #ended(operationId: string, message: InboxMessage): OutsideOutcome[] {
    const operation = this.#open.get(operationId)
    if (operation === undefined) return []
    this.forget(operation)
    return [{ kind: 'event', operation, message }]
  }
}
