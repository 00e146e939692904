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

  /** Of how many names anything is kept: a wait, or an event. */
  get size(): number {
    return this.#waits.size + this.#buffered.size
  }

  /** A wait was opened; the event that was here before it, if any. Waits are opened in the order of their `startSeq`. */
  open(operation: OperationRecord): EventMatch | undefined {
    const { name, operationId } = operation
    const message = takeFirst(this.#buffered, topicOf(name))
    if (message !== undefined) return { operationId, message }
    add(this.#waits, topicOf(name), operationId)
    return undefined
  }

  /** A wait ended otherwise. */
  close(operation: OperationRecord): void {
    const topic = topicOf(operation.name)
    const waits = (this.#waits.get(topic) ?? []).filter(
      (operationId) => operationId !== operation.operationId,
    )
    if (waits.length === 0) this.#waits.delete(topic)
    else this.#waits.set(topic, waits)
  }

  /** A message arrived; the wait that it ends, if any. One that is meant for another run is dropped. */
  receive(message: InboxMessage): EventMatch | undefined {
    if (message.runNo !== null && message.runNo !== this.#run.runNo) {
      this.#dropped.push({ inboxSeq: message.inboxSeq, operationId: null })
      return undefined
    }
    const operationId = takeFirst(this.#waits, message.topic)
    if (operationId !== undefined) return { operationId, message }
    add(this.#buffered, message.topic, message)
    return undefined
  }

  /** What to wake a suspended run for. */
  topics(): string[] {
    return [...this.#waits.keys()]
  }

  /** Messages that no run can consume, since this was last asked. */
  takeDropped(): ConsumedMessage[] {
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }
}

function add<T>(lists: Map<string, T[]>, topic: string, item: T): void {
  const list = lists.get(topic)
  if (list === undefined) lists.set(topic, [item])
  else list.push(item)
}

/** What costs a run is what it waits for, not what it ever waited for: an empty list is not kept. */
function takeFirst<T>(lists: Map<string, T[]>, topic: string): T | undefined {
  const list = lists.get(topic)
  const first = list?.shift()
  if (list?.length === 0) lists.delete(topic)
  return first
}

function topicOf(eventName: string): string {
  return `event:${eventName}`
}
