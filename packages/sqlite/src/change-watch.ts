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
  readonly #warn: (error: unknown) => void
  readonly #listeners = new Set<Listener>()
  #cancel: (() => void) | null = null
  #seen: number | null = null
  /** The look before failed, and somebody was told. */
  #isFailing = false
  #isStopped = false

  /**
   * `dataVersion` answers null while there is no open database. It can fail like any other statement, and nobody awaits
   * a look: `warn` is told of the first failure of a row, and the looks go on.
   */
  constructor(clock: Clock, dataVersion: () => number | null, warn: (error: unknown) => void) {
    this.#clock = clock
    this.#dataVersion = dataVersion
    this.#warn = warn
  }

  /** Returns how to stop. */
  listen(listener: Listener): () => void {
    // A function of its own, so that the same listener can be given twice.
    const own: Listener = (hint) => listener(hint)
    if (this.#isStopped) return () => {}
    this.#listeners.add(own)
    if (this.#cancel === null) {
      this.#seen = this.#version()
      this.#wait()
    }
    return () => {
      this.#listeners.delete(own)
      if (this.#listeners.size === 0) this.#rest()
    }
  }

  /** Forever. */
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

  /** Null also if it cannot be read now. */
  #version(): number | null {
    try {
      const version = this.#dataVersion()
      this.#isFailing = false
      return version
    } catch (error) {
      if (!this.#isFailing) this.#warn(error)
      this.#isFailing = true
      return null
    }
  }

  #look(): void {
    const version = this.#version()
    const isChanged = version !== null && this.#seen !== null && version !== this.#seen
    this.#seen = version ?? this.#seen
    if (!isChanged) return
    for (const listener of this.#listeners) listener({ kind: 'changed' })
  }
}
