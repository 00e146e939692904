import type { OperationRecord, RunCounters, Sequence } from '@perdure/core'

/** Gives out the dense numbers of a run, and times that never go back in the order of the numbers. */
export class Numbering implements Sequence {
  #startSeq: number
  #settleSeq: number
  #latestAt: number

  constructor({ startSeq, settleSeq }: RunCounters, latestAt: number) {
    this.#startSeq = startSeq
    this.#settleSeq = settleSeq
    this.#latestAt = latestAt
  }

  get counters(): RunCounters {
    return { startSeq: this.#startSeq, settleSeq: this.#settleSeq }
  }

  nextStartSeq(): number {
    this.#startSeq += 1
    return this.#startSeq
  }

  nextSettleSeq(): number {
    this.#settleSeq += 1
    return this.#settleSeq
  }

  /** The operation with an end no earlier than its start, and than that of the one settled before it. */
  inOrder(operation: OperationRecord): OperationRecord {
    if (operation.endedAt === null) return operation
    this.#latestAt = Math.max(this.#latestAt, operation.startedAt, operation.endedAt)
    return this.#latestAt === operation.endedAt ? operation : { ...operation, endedAt: this.#latestAt }
  }
}
