import type { Clock, RunKey } from '@perdure/core'
import { runName } from './run-name.js'

/** However many have been survived, no more than so many suspects are on trial at once. */
const mostAtOnce = 32

/**
 * How many suspects may be begun. The process before this one died, and one of the runs that it held may have killed it: so
 * one is begun alone, then two at once, then four, for as long as they are survived. **A run that kills takes with it only
 * what was begun beside it**, and the next process goes on with the others.
 */
export class SlowStart {
  readonly #clock: Clock
  readonly #most: number
  readonly #opened: () => void
  /** Begun and not survived yet, and how to stop waiting for that. */
  readonly #onTrial = new Map<string, () => void>()
  #window = 1

  /** `opened` is called when there is room again. Suspects never take more than half of the slots. */
  constructor(clock: Clock, slots: number, opened: () => void) {
    this.#clock = clock
    this.#most = Math.max(1, Math.min(mostAtOnce, Math.floor(slots / 2)))
    this.#opened = opened
  }

  /** How many more may be begun now. */
  get room(): number {
    return Math.max(0, Math.min(this.#window, this.#most) - this.#onTrial.size)
  }

  /** Asked with every turn of every run. */
  has(run: RunKey): boolean {
    return this.#onTrial.size > 0 && this.#onTrial.has(runName(run))
  }

  /** A suspect is begun. It is survived after this time, if nothing says so before. */
  begin(name: string, provenAfterMs: number): void {
    this.#onTrial.get(name)?.()
    this.#onTrial.set(
      name,
      this.#clock.schedule(provenAfterMs, () => this.survived(name)),
    )
  }

  /** It settled a step, was given up, or this process has lived with it for long enough. */
  survived(name: string): void {
    if (!this.#remove(name)) return
    this.#window = Math.min(mostAtOnce, this.#window + 1)
    this.#opened()
  }

  /** It is held elsewhere, or not at all: nothing is known of it. */
  lost(name: string): void {
    if (this.#remove(name)) this.#opened()
  }

  /** For good. */
  stop(): void {
    for (const stop of this.#onTrial.values()) stop()
    this.#onTrial.clear()
  }

  #remove(name: string): boolean {
    this.#onTrial.get(name)?.()
    return this.#onTrial.delete(name)
  }
}
