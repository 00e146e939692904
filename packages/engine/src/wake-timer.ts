import type { Clock } from '@perdure/core'

/** How far apart looks at the wall clock are: a machine that slept must not wake up late. */
const lookEveryMs = 60_000

/** One timer for the earliest of all the instants at which something may be due. */
export class WakeTimer {
  readonly #clock: Clock
  readonly #wake: () => void
  /** By the monotonic clock and by the wall clock: whichever is there first. */
  #due: { readonly monotonic: number; readonly wall: number } | undefined
  #stop: (() => void) | undefined
  #isStopped = false

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock
    this.#wake = wake
  }

  /** Wake in so many milliseconds at the latest. */
  in(delayMs: number): void {
    if (this.#isStopped) return
    const delay = Math.max(0, delayMs)
    const monotonic = this.#clock.monotonic() + delay
    if (this.#due !== undefined && this.#due.monotonic <= monotonic) return
    this.#due = { monotonic, wall: this.#clock.now() + delay }
    this.#arm()
  }

  /** For good: what was asked before it is stopped may be answered after. */
  stop(): void {
    this.#isStopped = true
    this.#stop?.()
    this.#stop = undefined
    this.#due = undefined
  }

  #arm(): void {
    this.#stop?.()
    if (this.#due === undefined) return
    const remainingMs = Math.max(0, this.#due.monotonic - this.#clock.monotonic())
    this.#stop = this.#clock.schedule(Math.min(remainingMs, lookEveryMs), () => this.#look())
  }

  #look(): void {
    this.#stop = undefined
    const due = this.#due
    if (due === undefined) return
    if (this.#clock.monotonic() < due.monotonic && this.#clock.now() < due.wall) return this.#arm()
    this.#due = undefined
    this.#wake()
  }
}
