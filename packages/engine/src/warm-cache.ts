import type { RunJournal } from './run-journal.js'

/**
 * Live functions of runs that were let go of, the least recently used evicted first. Eviction drops the pass, and with
 * it every listener, timer and reference that the process had for the run.
 */
export class WarmCache {
  readonly #capacity: number
  readonly #journals = new Map<string, RunJournal>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#journals.size
  }

  keep(key: string, journal: RunJournal): void {
    // Another function of the same run, which is of no use any more.
    this.take(key)?.evict()
    this.#journals.set(key, journal)
    if (this.#journals.size <= this.#capacity) return
    const [oldest] = this.#journals.keys()
    if (oldest !== undefined) this.take(oldest)?.evict()
  }

  /** Remove and return; the caller resumes it or evicts it. */
  take(key: string): RunJournal | undefined {
    const journal = this.#journals.get(key)
    this.#journals.delete(key)
    return journal
  }

  has(key: string, journal: RunJournal): boolean {
    return this.#journals.get(key) === journal
  }

  /** Evict this one, if it is still kept. */
  drop(key: string, journal: RunJournal): void {
    if (this.has(key, journal)) this.take(key)?.evict()
  }

  clear(): void {
    for (const journal of this.#journals.values()) journal.evict()
    this.#journals.clear()
  }
}
