import type { ConsumedMessage, InboxMessage, OperationRecord, RunKey } from '@perdure/core'

/** An event that ends a wait. */
export interface EventMatch {
  readonly operationId: string
  readonly message: InboxMessage
}

/**
 * Open waits for events, and events that nobody waits for yet. An event goes to the wait of its name that was opened
 * first, and a wait takes the event of its name that arrived first.
 */
export class EventWaits {
  readonly #run: RunKey
  readonly #waits = new Map<string, string[]>()
  readonly #buffered = new Map<string, InboxMessage[]>()
  #dropped: ConsumedMessage[] = []

  constructor(run: RunKey) {
    this.#run = run
  }

  /** A wait was opened; the event that was here before it, if any. Waits are opened in the order of their `startSeq`. */
  open(operation: OperationRecord): EventMatch | undefined {
    const { name, operationId } = operation
    const message = this.#buffered.get(topicOf(name))?.shift()
    if (message !== undefined) return { operationId, message }
    const waits = this.#waits.get(topicOf(name))
    if (waits === undefined) this.#waits.set(topicOf(name), [operationId])
    else waits.push(operationId)
    return undefined
  }

  /** A wait ended otherwise. */
  close(operation: OperationRecord): void {
    const waits = this.#waits.get(topicOf(operation.name))
    const index = waits?.indexOf(operation.operationId) ?? -1
    if (index >= 0) waits?.splice(index, 1)
  }

  /** A message arrived; the wait that it ends, if any. One that is meant for another run is dropped. */
  receive(message: InboxMessage): EventMatch | undefined {
    if (message.runNo !== null && message.runNo !== this.#run.runNo) {
      this.#dropped.push({ inboxSeq: message.inboxSeq, operationId: null })
      return undefined
    }
    const operationId = this.#waits.get(message.topic)?.shift()
    if (operationId !== undefined) return { operationId, message }
    const buffered = this.#buffered.get(message.topic)
    if (buffered === undefined) this.#buffered.set(message.topic, [message])
    else buffered.push(message)
    return undefined
  }

  /** What to wake a suspended run for. */
  topics(): string[] {
    return [...this.#waits].filter(([, waits]) => waits.length > 0).map(([topic]) => topic)
  }

  /** Messages that no run can consume, since this was last asked. */
  takeDropped(): ConsumedMessage[] {
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }
}

function topicOf(eventName: string): string {
  return `event:${eventName}`
}
