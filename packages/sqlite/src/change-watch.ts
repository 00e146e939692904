import type { Clock, StoreHint } from '@perdure/core'

/** How often is looked for changes, while anybody wants to know. */
const intervalMs = 100

type Listener = (hint: StoreHint) => void

/**
 * Tells listeners that another connection has written to the file. `PRAGMA data_version` changes with each commit of
 * another connection, in this process or another, and reads no table.
 */
export class ChangeWatch {
  readonly #clock: Clock
  readonly #dataVersion: () => number | null
  readonly #listeners = new Set<Listener>()
  #cancel: (() => void) | null = null
  #seen: number | null = null
  #isStopped = false

  /** `dataVersion` answers null while there is no open database. */
  constructor(clock: Clock, dataVersion: () => number | null) {
    this.#clock = clock
    this.#dataVersion = dataVersion
  }

  /** Returns how to stop. */
  listen(listener: Listener): () => void {
    // A function of its own, so that the same listener can be given twice.
    const own: Listener = (hint) => listener(hint)
    if (this.#isStopped) return () => {}
    this.#listeners.add(own)
    if (this.#cancel === null) {
      this.#seen = this.#dataVersion()
      this.#wait()
    }
    return () => {
      this.#listeners.delete(own)
      if (this.#listeners.size === 0) this.#rest()
    }
  }

  /** For ever. */
  stop(): void {
    this.#isStopped = true
    this.#listeners.clear()
    this.#rest()
  }

  #rest(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #wait(): void {
    this.#cancel = this.#clock.schedule(intervalMs, () => {
      this.#wait()
      this.#look()
    })
  }

  #look(): void {
    const version = this.#dataVersion()
    const isChanged = version !== null && this.#seen !== null && version !== this.#seen
    this.#seen = version ?? this.#seen
    if (!isChanged) return
    for (const listener of this.#listeners) listener({ kind: 'changed' })
  }
}
