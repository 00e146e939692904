import type { OperationRecord } from '../records.js'

/**
 * Settlements in the order in which a pass delivers them: recorded ones first, in the order of their numbers, then
 * live ones as they come. One is delivered when the code has called its operation.
 *
 * **The same code calls the operation of a recorded settlement before anything that was recorded after it.** If user
 * code is quiet and has not called the next one, the code has changed: what it did call is delivered, and the one that
 * was passed over waits in case it is called after all.
 */
export class SettlementQueue {
  /** Let go of as they are delivered: their values may be large. */
  readonly #recorded: (OperationRecord | undefined)[]
  #next = 0
  readonly #uncalled: Set<string>
  /** Recorded before the pass began, not final then, and not called yet. */
  readonly #unmet: Map<string, OperationRecord>
  /** Called and not delivered, of the recorded ones. */
  readonly #called = new Set<string>()
  readonly #passedOver = new Map<string, OperationRecord>()
  #late: OperationRecord[] = []
  #live: OperationRecord[] = []

  constructor(recorded: readonly OperationRecord[], unfinished: readonly OperationRecord[] = []) {
    this.#recorded = [...recorded]
    this.#unmet = new Map(unfinished.map((operation) => [operation.operationId, operation]))
    this.#uncalled = new Set(recorded.map(({ operationId }) => operationId))
  }

  /** True while a recorded settlement is still to be delivered, or anything recorded still to be called. */
  get isReplaying(): boolean {
    return this.#next < this.#recorded.length || this.#unmet.size > 0
  }

  /** The code called an operation that was recorded before the pass began. */
  call(operationId: string): void {
    if (this.#unmet.delete(operationId)) return
    const late = this.#passedOver.get(operationId)
    if (late !== undefined) {
      this.#passedOver.delete(operationId)
      this.#late.push(late)
    } else if (this.#uncalled.delete(operationId)) {
      this.#called.add(operationId)
    }
  }

  /** An operation settled in this pass. */
  push(settled: OperationRecord): void {
    this.#live.push(settled)
  }

  /** What is to be delivered now that user code is quiet and has called what `isOpen` says; undefined if nothing is. */
  take(isOpen: (operationId: string) => boolean): OperationRecord | undefined {
    return this.#late.shift() ?? this.#takeRecorded() ?? this.#takeLive(isOpen)
  }

  /** What was recorded before the pass began and the code never called: renamed, removed, or not reached. */
  unvisited(): readonly OperationRecord[] {
    const rest = this.#recorded.slice(this.#next).filter((operation) => operation !== undefined)
    return [...this.#passedOver.values(), ...rest, ...this.#unmet.values()]
  }

  /** The part of these that is still open. */
  unmet(): readonly OperationRecord[] {
    return [...this.#unmet.values()]
  }

  #takeRecorded(): OperationRecord | undefined {
    for (;;) {
      const head = this.#recorded[this.#next]
      if (head === undefined) return undefined
      const isCalled = head.type === 'EXECUTION' || this.#called.delete(head.operationId)
      if (!isCalled && this.#called.size === 0) return undefined
      this.#recorded[this.#next] = undefined
      this.#next += 1
      if (isCalled) return head
      this.#passedOver.set(head.operationId, head)
      this.#uncalled.delete(head.operationId)
    }
  }

  #takeLive(isOpen: (operationId: string) => boolean): OperationRecord | undefined {
    const index = this.#live.findIndex(({ type, operationId }) => type === 'EXECUTION' || isOpen(operationId))
    if (index < 0) return undefined
    return this.#live.splice(index, 1)[0]
  }
}
