import type { OperationRecord } from '@perdure/core'

interface Announcement {
  readonly operation: OperationRecord
  isReady: boolean
}

/** Settled operations that the pass has not been told of, in the order of their numbers. None overtakes another. */
export class Announcements {
  #waiting: Announcement[] = []

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  some(test: (operation: OperationRecord) => boolean): boolean {
    return this.#waiting.some(({ operation }) => test(operation))
  }

  /** `isReady`: it follows from what is durable already, and waits only for those before it. */
  push(operation: OperationRecord, isReady: boolean): void {
    this.#waiting.push({ operation, isReady })
  }

  /** These operations are durable now, as they are here: the start of one does not say how it ended. */
  written(operations: ReadonlyMap<string, OperationRecord>): void {
    for (const announcement of this.#waiting) {
      const { operationId, settleSeq } = announcement.operation
      if (operations.get(operationId)?.settleSeq === settleSeq) announcement.isReady = true
    }
  }

  /** Those that may be told now. */
  take(): OperationRecord[] {
    const unready = this.#waiting.findIndex(({ isReady }) => !isReady)
    const ready = this.#waiting.splice(0, unready < 0 ? this.#waiting.length : unready)
    return ready.map(({ operation }) => operation)
  }
}
