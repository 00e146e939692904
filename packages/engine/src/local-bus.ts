import type {
  EncodedValue,
  ErrorObject,
  ExecutionKey,
  RunKey,
  RunRecord,
  TerminalStatus,
} from '@perdure/core'

/** The end of a run, as the process that ended it knows it. */
export interface LocalOutcome {
  readonly run: RunKey & Pick<RunRecord, 'workflow' | 'version'>
  readonly status: TerminalStatus
  readonly output: EncodedValue | null
  readonly error: ErrorObject | null
}

/** What parts of one engine tell each other without asking the store. */
export class LocalBus {
  readonly #workListeners = new Set<(about?: ExecutionKey) => void>()
  readonly #outcomeListeners = new Set<(outcome: LocalOutcome) => void>()

  /** There may be something to claim; or something came in for this execution, which may be held here. */
  work(about?: ExecutionKey): void {
    for (const listener of this.#workListeners) listener(about)
  }

  finished(outcome: LocalOutcome): void {
    for (const listener of this.#outcomeListeners) listener(outcome)
  }

  onWork(listener: (about?: ExecutionKey) => void): () => void {
    this.#workListeners.add(listener)
    return () => void this.#workListeners.delete(listener)
  }

  onOutcome(listener: (outcome: LocalOutcome) => void): () => void {
    this.#outcomeListeners.add(listener)
    return () => void this.#outcomeListeners.delete(listener)
  }
}
