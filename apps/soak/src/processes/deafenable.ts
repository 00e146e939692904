import { interceptStore } from '@perdure/conformance/faults'
import type { Store } from '@perdure/core'

/** A store that can cease to tell what others write. */
export interface Deafenable {
  readonly store: Store
  /** For good: from now on only its own looks show this process anything. */
  deafen(): void
}

export function deafenable(store: Store): Deafenable {
  let isDeaf = false
  return {
    store: {
      ...interceptStore(store, (_call, apply) => apply()),
      watch: (listener) =>
        store.watch((hint) => {
          if (!isDeaf) listener(hint)
        }),
    },
    deafen: () => {
      isDeaf = true
    },
  }
}
