import type { FinishedPage, RunKey, Store } from '@perdure/core'

/** How many ends are asked for at once. */
const pageSize = 1_000

/** What ends in a namespace from now on: asked of the store, for it pushes hints at best. */
export class EndedRuns {
  readonly #store: Store
  readonly #namespace: string
  #cursor: string | null = null
  #beginning: Promise<void> | undefined

  constructor(store: Store, namespace: string) {
    this.#store = store
    this.#namespace = namespace
  }

  /** True if no end is missed any more. */
  get hasBegun(): boolean {
    return this.#cursor !== null
  }

  /** Resolves once no end is missed any more. Asked again after a failure. */
  begin(): Promise<void> {
    this.#beginning ??= this.#begin().catch((error: unknown) => {
      this.#beginning = undefined
      throw error
    })
    return this.#beginning
  }

  /** Gives what has ended since the last time to `take`, page by page. A page that was not taken is given again. */
  async each(take: (ended: readonly RunKey[]) => Promise<void>): Promise<void> {
    await this.begin()
    for (;;) {
      const { finished, cursor } = await this.#ask(this.#cursor)
      if (finished.length > 0) await take(finished)
      this.#cursor = cursor
      if (finished.length < pageSize) return
    }
  }

  async #begin(): Promise<void> {
    this.#cursor = (await this.#ask(null)).cursor
  }

  #ask(cursor: string | null): Promise<FinishedPage> {
    return this.#store.finishedSince({ namespace: this.#namespace, cursor, limit: pageSize })
  }
}
