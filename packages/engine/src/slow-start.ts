import { type Clock, isTriedAlone, type RunKey, type RunRecord } from '@perdure/core'
import { later } from './later.js'
import { runName } from './run-name.js'

/** The most suspects on trial at once, however many have been survived. */
const mostAtOnce = 32

/** After so long it is tried again to write what could not be written. */
const retryMs = 200

/** A suspect that was begun and is not survived yet. */
interface Trial {
  readonly isStruck: boolean
  readonly isAlone: boolean
  stopTimer: () => void
}

/** What a claim may take. */
export interface SuspectRoom {
  readonly suspects: number
  /** Whether one of them may be a run that is tried alone. */
  readonly alone: boolean
}

/** Who is told what comes of the trials. */
export interface SlowStartListener {
  /** There is room again. */
  opened(): void
  /** This process has lived with these for long enough: that has to be written, and then they are survived. */
  proofDue(names: readonly string[]): void
}

/**
 * How many suspects may be begun. The process before this one died, and one of the runs that it held may have killed it: so
 * one is begun alone, then two at once, then four, for as long as they are survived. **A run that kills takes with it only
 * what was begun beside it**, and the next process goes on with the others.
 *
 * A suspect without strikes is survived as soon as it settles a step, so that many that go well go fast. One that has any
 * is survived only when its row says so: whatever is begun next may kill, and the death must not be put down to it again.
 */
export class SlowStart {
  readonly #clock: Clock
  readonly #most: number
  readonly #listener: SlowStartListener
  readonly #onTrial = new Map<string, Trial>()
  /** Those whose proof is due at this moment. */
  readonly #due = new Set<string>()
  #window = 1

  /** Suspects never take more than half of the slots. */
  constructor(clock: Clock, slots: number, listener: SlowStartListener) {
    this.#clock = clock
    this.#most = Math.max(1, Math.min(mostAtOnce, Math.floor(slots / 2)))
    this.#listener = listener
  }

  /** What may be begun now. */
  get room(): SuspectRoom {
    const trials = [...this.#onTrial.values()]
    if (trials.some(({ isAlone }) => isAlone)) return { suspects: 0, alone: false }
    const suspects = Math.max(0, Math.min(this.#window, this.#most) - trials.length)
    return { suspects, alone: trials.length === 0 }
  }

  /** Asked with every turn of every run. */
  has(run: RunKey): boolean {
    return this.#onTrial.size > 0 && this.#onTrial.has(runName(run))
  }

  /** A suspect was claimed. */
  begin(run: RunRecord): void {
    const name = runName(run)
    this.#remove(name)
    this.#onTrial.set(name, { isStruck: run.strikes > 0, isAlone: isTriedAlone(run), stopTimer: () => {} })
  }

  /** Its code is running, and is proven after this time, if nothing is known before. */
  runs(name: string, provenAfterMs: number): void {
    const trial = this.#onTrial.get(name)
    if (trial === undefined) return
    trial.stopTimer()
    // Timers of a platform may fire a little early.
    trial.stopTimer = this.#clock.schedule(provenAfterMs + 1, () => {
      this.#proofDue(name)
      this.runs(name, retryMs)
    })
  }

  /** It settled a step. */
  settledStep(name: string): void {
    if (this.#onTrial.get(name)?.isStruck === false) this.survived(name)
  }

  /** It was given up, or its row says that it is proven. */
  survived(name: string): void {
    if (!this.#remove(name)) return
    this.#window = Math.min(mostAtOnce, this.#window + 1)
    this.#listener.opened()
  }

  /** It is held elsewhere, or not at all: nothing is known of it. */
  lost(name: string): void {
    if (this.#remove(name)) this.#listener.opened()
  }

  /** For good. */
  stop(): void {
    for (const { stopTimer } of this.#onTrial.values()) stopTimer()
    this.#onTrial.clear()
  }

  /** Those that were begun together are proven together, by one request. */
  #proofDue(name: string): void {
    this.#due.add(name)
    if (this.#due.size > 1) return
    later(() => {
      const names = [...this.#due].filter((each) => this.#onTrial.has(each))
      this.#due.clear()
      if (names.length > 0) this.#listener.proofDue(names)
    })
  }

  #remove(name: string): boolean {
    this.#onTrial.get(name)?.stopTimer()
    return this.#onTrial.delete(name)
  }
}
