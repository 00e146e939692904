import type { Clock } from '@perdure/core'

/** How many lines of one kind were left out, in the second that has just passed. */
export type LeftOut = (key: string, count: number) => void

const windowMs = 1_000

/** Lets through a limited number of lines a second under each key. The rest are counted, and told of as one. */
export class LineLimits {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #leftOut: LeftOut
  readonly #windows = new Map<string, { readonly until: number; count: number }>()
  #stopTimer: (() => void) | undefined

  constructor(clock: Clock, perSecond: number, leftOut: LeftOut) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#leftOut = leftOut
  }

  /** True if a line under this key may be written now. */
  allows(key: string): boolean {
    const now = this.#clock.monotonic()
    const current = this.#windows.get(key)
    if (current === undefined || current.until <= now) {
      this.#close(key)
      this.#forgetOver(now)
      this.#windows.set(key, { until: now + windowMs, count: 1 })
      return true
    }
    current.count += 1
    if (current.count <= this.#perSecond) return true
    // Nothing is armed while all is well: a timer would keep the process alive.
    this.#stopTimer ??= this.#clock.schedule(windowMs, () => this.flush())
    return false
  }

  /** Tell now of what was left out. */
  flush(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    for (const key of [...this.#windows.keys()]) this.#close(key)
  }

  #close(key: string): void {
    const count = (this.#windows.get(key)?.count ?? 0) - this.#perSecond
    this.#windows.delete(key)
    if (count > 0) this.#leftOut(key, count)
  }

  /** Keys are as many as there are names: what is over without having left anything out is not kept. */
  #forgetOver(now: number): void {
    for (const [key, { until, count }] of this.#windows) {
      if (until > now) return
      if (count <= this.#perSecond) this.#windows.delete(key)
    }
  }
}
