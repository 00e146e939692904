import type { Clock, Store } from '@perdure/core'
import type { RunJournal } from './run-journal.js'

/** When the store is asked again that could not be asked. */
const retryMs = 1_000

/**
 * Looks at what this process holds when something is said to have changed: one read for all of it, and another one if
 * something is said meanwhile. **A look writes nothing**: the writes of one process must not make another one write.
 */
export class HeldLooks {
  readonly #store: Store
  readonly #clock: Clock
  readonly #held: () => Iterable<RunJournal>
  readonly #warn: (message: string, error: unknown) => void
  #newsCount = 0
  #isLooking = false
  #isWanted = false
  #stopRetry: (() => void) | undefined

  constructor(
    store: Store,
    clock: Clock,
    held: () => Iterable<RunJournal>,
    warn: (message: string, error: unknown) => void,
  ) {
    this.#store = store
    this.#clock = clock
    this.#held = held
    this.#warn = warn
  }

  /** How often something was said: whoever leases a run compares, for what was said before it was held told it nothing. */
  get newsCount(): number {
    return this.#newsCount
  }

  /** Something was said that the one whom it is about has been told. */
  heard(): void {
    this.#newsCount += 1
  }

  /** Something may have changed for anything that is held. */
  look(): void {
    this.#newsCount += 1
    this.#isWanted = true
    if (!this.#isLooking) void this.#lookAtAll()
  }

  stop(): void {
    this.#stopRetry?.()
  }

  async #lookAtAll(): Promise<void> {
    this.#isLooking = true
    this.#stopRetry?.()
    try {
      while (this.#isWanted) {
        this.#isWanted = false
        await this.#lookAt([...this.#held()])
      }
    } catch (error) {
      this.#warn('The store could not be asked how held runs stand; trying again.', error)
      this.#stopRetry = this.#clock.schedule(retryMs, () => this.look())
    } finally {
      this.#isLooking = false
    }
  }

  async #lookAt(journals: readonly RunJournal[]): Promise<void> {
    if (journals.length === 0) return
    const holdings = journals.map(({ key, row }) => ({ key, fence: row.fence }))
    const answers = await this.#store.look(holdings)
    journals.forEach((journal, index) => {
      const answer = answers[index]
      // Of a lease that was let go of meanwhile the answer means nothing, also where it was taken again.
      if (answer === undefined || journal.row.fence.nonce !== holdings[index]?.fence.nonce) return
      journal.lookedAt(answer)
    })
  }
}
