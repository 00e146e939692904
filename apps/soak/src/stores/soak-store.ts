import type { Store } from '@perdure/core'

/** What the soak needs of a place where runs are kept. */
export interface SoakStore {
  /** A handle for this process; each process opens its own. */
  open(): Store
  /**
   * Makes the row of a run unreadable, past the store, while workers are at work on it. `chance`, in [0, 1), picks what
   * is broken. Answers what was done; undefined if there was no row that has not ended.
   */
  damage(executionId: string, chance: number): string | undefined
  close(): void
}
