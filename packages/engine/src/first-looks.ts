import type { Clock } from '@perdure/core'
import { later } from './later.js'

/** When a run is looked at that was not when the wait for it began. */
const firstLookMs = 100

/** Asks about what is waited for the first time, together with all that is waited for since about then. */
export class FirstLooks<Waiter> {
  readonly #clock: Clock
  readonly #look: (waiters: readonly Waiter[]) => void
  readonly #now = new Set<Waiter>()
  readonly #soon = new Set<Waiter>()
  #stopSoon: (() => void) | undefined

  constructor(clock: Clock, look: (waiters: readonly Waiter[]) => void) {
    this.#clock = clock
    this.#look = look
  }

  askNow(waiter: Waiter): void {
    if (this.#now.size === 0) later(() => this.#send(this.#now))
    this.#now.add(waiter)
  }

  askSoon(waiter: Waiter): void {
    this.#soon.add(waiter)
    this.#stopSoon ??= this.#clock.schedule(firstLookMs, () => this.hurry())
  }

  /** What can wait a little is asked now as well. */
  hurry(): void {
    this.#stop()
    this.#send(this.#soon)
  }

  remove(waiter: Waiter): void {
    this.#now.delete(waiter)
    this.#soon.delete(waiter)
    if (this.#soon.size === 0) this.#stop()
  }

  #stop(): void {
    this.#stopSoon?.()
    this.#stopSoon = undefined
  }

  #send(waiting: Set<Waiter>): void {
    const waiters = [...waiting]
    waiting.clear()
    if (waiters.length > 0) this.#look(waiters)
  }
}
