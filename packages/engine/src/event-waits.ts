import type { ConsumedMessage, InboxMessage, OperationRecord, RunKey, TopicRequest } from '@perdure/core'

/** An event that ends a wait. */
export interface EventMatch {
  readonly operationId: string
  readonly message: InboxMessage
}

/**
 * Open waits for events. An event goes to the wait of its name that was opened first, and a wait takes the event of its
 * name that arrived first. **What nobody waits for stays in the store**: a wait that is opened asks for what may have
 * come before it.
 */
export class EventWaits {
  readonly #run: RunKey
  readonly #waits = new Map<string, string[]>()
  /** Topics with waits that have not asked for all that is known to be there. */
  readonly #unasked = new Set<string>()
  /** The newest message of each topic that was taken and is not known to be written. */
  readonly #taken = new Map<string, number>()
  #dropped: ConsumedMessage[] = []

  constructor(run: RunKey) {
    this.#run = run
  }

  /** Of how many names anything is kept. */
  get size(): number {
    return this.#waits.size + this.#unasked.size + this.#taken.size
  }

  /** A wait was opened. Waits are opened in the order of their `startSeq`. */
  open({ name, operationId }: OperationRecord): void {
    add(this.#waits, topicOf(name), operationId)
    this.#unasked.add(topicOf(name))
  }

  /** A wait ended otherwise. */
  close(operation: OperationRecord): void {
    const topic = topicOf(operation.name)
    const waits = (this.#waits.get(topic) ?? []).filter(
      (operationId) => operationId !== operation.operationId,
    )
    if (waits.length === 0) this.#forget(topic)
    else this.#waits.set(topic, waits)
  }

  /** A message arrived; the wait that it ends, if any is left. One that is meant for another run is dropped. */
  receive(message: InboxMessage): EventMatch | undefined {
    const { topic, inboxSeq, runNo } = message
    if (runNo !== null && runNo !== this.#run.runNo) {
      this.#dropped.push({ inboxSeq, operationId: null })
      return undefined
    }
    const operationId = takeFirst(this.#waits, topic)
    if (operationId === undefined) return undefined
    if (!this.#waits.has(topic)) this.#unasked.delete(topic)
    this.#taken.set(topic, inboxSeq)
    return { operationId, message }
  }

  /** What to wake a suspended run for. */
  topics(): string[] {
    return [...this.#waits.keys()]
  }

  /** There are messages that nobody has asked for. */
  expectMore(): void {
    for (const topic of this.#waits.keys()) this.#unasked.add(topic)
  }

  /** What is to be asked for: of each topic no more than there are waits. It counts as asked for from now on. */
  takeUnasked(): readonly TopicRequest[] {
    if (this.#unasked.size === 0) return nothing
    const wanted = [...this.#unasked].map((topic) => ({
      topic,
      after: this.#taken.get(topic) ?? 0,
      limit: this.#waits.get(topic)?.length ?? 0,
    }))
    this.#unasked.clear()
    return wanted
  }

  /** These messages are consumed in the store as well, which shows them no more. */
  written(consumed: readonly ConsumedMessage[]): void {
    if (consumed.length === 0 || this.#taken.size === 0) return
    const numbers = new Set(consumed.map(({ inboxSeq }) => inboxSeq))
    for (const [topic, inboxSeq] of this.#taken) if (numbers.has(inboxSeq)) this.#taken.delete(topic)
  }

  /** Messages that no run can consume, since this was last asked. */
  takeDropped(): ConsumedMessage[] {
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }

  #forget(topic: string): void {
    this.#waits.delete(topic)
    this.#unasked.delete(topic)
  }
}

const nothing: readonly TopicRequest[] = []

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
