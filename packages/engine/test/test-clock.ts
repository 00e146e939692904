import type { Clock } from '@perdure/core'

/** A clock that stands still until a test moves it: for the engine and for its store. */
export class TestClock implements Clock {
  #wallMs = Date.UTC(2030, 0, 1)
  #monotonicMs = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#wallMs
  }

  monotonic(): number {
    return this.#monotonicMs
  }

  schedule(delayMs: number, run: () => void): () => void {
    // Whole milliseconds: what an instant of 2030 has behind the point is rounded away.
    const timer: Timer = { dueMs: Math.ceil(this.#monotonicMs + Math.max(0, delayMs)), run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Timers that have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Fires what falls due meanwhile, earliest first, timers set by other timers included. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms
    for (let timer = this.#next(); timer !== undefined && timer.dueMs <= untilMs; timer = this.#next()) {
      this.#timers.delete(timer)
      this.#moveTo(timer.dueMs)
      timer.run()
    }
    this.#moveTo(untilMs)
  }

  /** The wall clock is set: no timer hears of it. */
  jump(ms: number): void {
    this.#wallMs += ms
  }

  #moveTo(monotonicMs: number): void {
    if (monotonicMs <= this.#monotonicMs) return
    this.#wallMs += monotonicMs - this.#monotonicMs
    this.#monotonicMs = monotonicMs
  }

  #next(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer
    return next
  }
}

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

/**
 * Everything that needs no time has happened. A turn of the event loop is all that a group commit waits for, so a few
 * of them bring any number of runs to where they wait.
 */
export async function untilQuiet(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** No lease runs out, and no poll is missed, while a call is on its way. */
const longestPieceMs = 10_000

/** Let time pass in small pieces, and everything happen in between. */
export async function pass(
  clock: TestClock,
  ms: number,
  pieces: number = Math.max(10, Math.ceil(ms / longestPieceMs)),
): Promise<void> {
  for (let left = pieces, leftMs = ms; left > 0; left -= 1) {
    // Whole milliseconds, as a store tells them.
    const pieceMs = Math.ceil(leftMs / left)
    clock.advance(pieceMs)
    leftMs -= pieceMs
    await untilQuiet()
  }
}
