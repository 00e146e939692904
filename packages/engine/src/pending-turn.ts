import type { ConsumedMessage, OperationRecord } from '@perdure/core'

/** What is to be written in one turn. */
export interface TurnContent {
  readonly operations: ReadonlyMap<string, OperationRecord>
  readonly consumed: readonly ConsumedMessage[]
  /** Changes that are not final and are announced once they are durable. */
  readonly changes: readonly OperationRecord[]
  readonly isUrgent: boolean
}

/** Gathers what the next turn writes. Several updates of one operation become one row. */
export class PendingTurn {
  #operations = new Map<string, OperationRecord>()
  #consumed: ConsumedMessage[] = []
  #changes: OperationRecord[] = []
  #isUrgent = false

  /** True if something in it should not wait for the run to be let go of. */
  get isUrgent(): boolean {
    return this.#isUrgent
  }

  has(operationId: string): boolean {
    return this.#operations.has(operationId)
  }

  write(operation: OperationRecord): void {
    this.#operations.set(operation.operationId, operation)
  }

  consume(message: ConsumedMessage): void {
    this.#consumed.push(message)
  }

  announceWhenDurable(change: OperationRecord): void {
    this.#changes.push(change)
  }

  hurry(): void {
    this.#isUrgent = true
  }

  /** Everything, to be written now. */
  take(): TurnContent {
    const content = {
      operations: this.#operations,
      consumed: this.#consumed,
      changes: this.#changes,
      isUrgent: this.#isUrgent,
    }
    this.#operations = new Map()
    this.#consumed = []
    this.#changes = []
    this.#isUrgent = false
    return content
  }

  /** It was not written: keep it for the next turn, before what has come since. */
  putBack({ operations, consumed, changes, isUrgent }: TurnContent): void {
    this.#operations = new Map([...operations, ...this.#operations])
    this.#consumed = [...consumed, ...this.#consumed]
    this.#changes = [...changes, ...this.#changes]
    this.#isUrgent ||= isUrgent
  }
}
