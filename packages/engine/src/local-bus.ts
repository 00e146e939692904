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

/** What this process has written, for those parts of it that would hear of it from nobody else. */
export type LocalNews =
  /** There may be something to claim in this namespace. */
  | { readonly kind: 'due'; readonly namespace: string }
  /** Something came in for this execution, which may be due now, or held here. */
  | ({ readonly kind: 'received' } & ExecutionKey)
  /** Requests were passed on to executions anywhere: some may be due now, some may be held here. */
  | { readonly kind: 'relayed' }

/** What the engines over one store tell each other without asking it: no store gives a hint of what was written through it. */
export class LocalBus {
  readonly #newsListeners = new Set<(news: LocalNews) => void>()
  readonly #outcomeListeners = new Set<(outcome: LocalOutcome) => void>()

  tell(news: LocalNews): void {
    for (const listener of [...this.#newsListeners]) listener(news)
  }

  finished(outcome: LocalOutcome): void {
    for (const listener of [...this.#outcomeListeners]) listener(outcome)
  }

  onNews(listener: (news: LocalNews) => void): () => void {
    this.#newsListeners.add(listener)
    return () => void this.#newsListeners.delete(listener)
  }

  onOutcome(listener: (outcome: LocalOutcome) => void): () => void {
    this.#outcomeListeners.add(listener)
    return () => void this.#outcomeListeners.delete(listener)
  }
}

/** True if the news may be about something in this namespace. */
export function concerns(news: LocalNews, namespace: string): boolean {
  return news.kind === 'relayed' || news.namespace === namespace
}
