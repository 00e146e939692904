import type { StoreHint } from '@perdure/core'

/** Tells the stores that share a database what one of them has done. */
export class HintBus {
  readonly #listeners = new Map<Listener, object>()

  /** `handle` stands for the store that listens: it hears of the others only. Returns how to stop. */
  listen(handle: object, listener: (hint: StoreHint) => void): () => void {
    // A function of its own, so that the same listener can be given twice.
    const own: Listener = (hint) => listener(hint)
    this.#listeners.set(own, handle)
    return () => {
      this.#listeners.delete(own)
    }
  }

  /** Ends all listening of one store. */
  forget(handle: object): void {
    for (const [listener, listening] of this.#listeners) {
      if (listening === handle) this.#listeners.delete(listener)
    }
  }

  /** Tells every other store, once the act that the hints are about is over. */
  tell(handle: object, hints: readonly StoreHint[]): void {
    if (hints.length === 0 || this.#listeners.size === 0) return
    queueMicrotask(() => {
      for (const hint of hints) {
        for (const [listener, listening] of this.#listeners) if (listening !== handle) listener(hint)
      }
    })
  }
}

type Listener = (hint: StoreHint) => void
