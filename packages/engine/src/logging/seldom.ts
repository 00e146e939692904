import type { Clock } from '@perdure/core'

/** True once in a while for each key: for what need not be said, or looked at, again and again. */
export class Seldom {
  readonly #clock: Clock
  readonly #everyMs: number
  /** Until when each key is not to be heard of, oldest first. */
  readonly #quietUntil = new Map<string, number>()

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock
    this.#everyMs = everyMs
  }

  isTime(key: string): boolean {
    const now = this.#clock.monotonic()
    for (const [each, until] of this.#quietUntil) {
      if (until > now) break
      this.#quietUntil.delete(each)
    }
    if (this.#quietUntil.has(key)) return false
    this.#quietUntil.set(key, now + this.#everyMs)
    return true
  }
}
