import type { Clock } from '@perdure/core'

/**
 * A clock that stands still until a test moves it. Timers fire inside `advance`, in the order in which they are due;
 * those that fall due at the same instant, in the order in which they were scheduled.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@perdure/conformance'
 *
 * const clock = new VirtualClock()
 * clock.schedule(60_000, () => console.log('a minute has passed'))
 * clock.advance(60_000)
 * ```
 */
export class VirtualClock implements Clock {
  #wallMs: number
  #monotonicMs = 0
  #scheduled = 0
  readonly #timers = new Set<Timer>()

  /** `startAt`: the first instant it shows, in milliseconds since the epoch. */
  constructor(startAt: number = Date.UTC(2030, 0, 1)) {
    this.#wallMs = startAt
  }

  now(): number {
    return Math.floor(this.#wallMs)
  }

  monotonic(): number {
    return this.#monotonicMs
  }

  schedule(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#scheduled++, run }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** Timers that have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** How long until the next timer fires; null: there is none. */
  get nextTimerMs(): number | null {
    const next = this.#next()
    return next === null ? null : next.dueMs - this.#monotonicMs
  }

  /** Lets `ms` milliseconds pass and fires what falls due meanwhile, timers set by other timers included. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms
    for (let timer = this.#next(); timer !== null && timer.dueMs <= untilMs; timer = this.#next()) {
      this.#timers.delete(timer)
      this.#moveTo(timer.dueMs)
      timer.run()
    }
    this.#moveTo(untilMs)
  }

  /** Sets the wall clock forward or (negative) back, as an operator or a time server does: no timer hears of it. */
  jumpWall(ms: number): void {
    this.#wallMs += ms
  }

  #moveTo(monotonicMs: number): void {
    if (monotonicMs <= this.#monotonicMs) return
    this.#wallMs += monotonicMs - this.#monotonicMs
    this.#monotonicMs = monotonicMs
  }

  #next(): Timer | null {
    let next: Timer | null = null
    for (const timer of this.#timers) {
      if (
        next === null ||
        timer.dueMs < next.dueMs ||
        (timer.dueMs === next.dueMs && timer.order < next.order)
      ) {
        next = timer
      }
    }
    return next
  }
}

interface Timer {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}
