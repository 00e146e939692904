import type { Clock, Store } from '@perdure/core'
import { interceptStore, type StoreInterceptor } from './intercept-store.js'

// Taken once: fake timers of a test framework would stop it.
const { setImmediate } = globalThis

/** After so many turns of the event loop without a call, nothing is going to happen by itself. */
const quietTurns = 6

/**
 * What an engine has in a process of its own: a handle on a store, and timers. Both end with the process: its timers
 * never fire again, its calls are never answered, and what it still tries to write goes nowhere. The objects of a dead
 * engine are left as they are, like those of a process that was killed.
 */
export class SimulatedProcess {
  readonly clock: Clock
  readonly store: Store
  readonly #cancels = new Set<() => void>()
  #isDead = false
  /** Calls that the store itself is working on; one that an interceptor holds back waits for time, or for a test. */
  #inFlight = 0
  /** Calls that were made, and those that the store has answered. */
  #activity = 0

  constructor(store: Store, clock: Clock, intercept: StoreInterceptor = (_call, apply) => apply()) {
    this.clock = this.#mortal(clock)
    this.store = {
      ...interceptStore(store, this.#counting(intercept)),
      // The data outlives the process: whoever made the store closes it.
      close: async () => {},
      watch: (listener) => {
        const stop = store.watch((hint) => !this.#isDead && listener(hint))
        this.#cancels.add(stop)
        return () => {
          this.#cancels.delete(stop)
          stop()
        }
      },
    }
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Nothing of this process ever happens again. */
  kill(): void {
    this.#isDead = true
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }

  /** Resolves when nothing more happens unless time passes or somebody outside does something. */
  async quiet(): Promise<void> {
    let seen = this.#activity
    for (let turns = 0; turns < quietTurns && !this.#isDead; ) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      const isBusy = this.#inFlight > 0 || this.#activity !== seen
      turns = isBusy ? 0 : turns + 1
      seen = this.#activity
    }
  }

  #mortal(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (delayMs, run) => {
        if (this.#isDead) return () => {}
        const cancel = clock.schedule(delayMs, () => {
          this.#cancels.delete(cancel)
          run()
        })
        this.#cancels.add(cancel)
        return () => {
          this.#cancels.delete(cancel)
          cancel()
        }
      },
    }
  }

  #counting(intercept: StoreInterceptor): StoreInterceptor {
    return (call, apply) => {
      this.#activity += 1
      return this.#living(() => intercept(call, () => this.#living(() => this.#worked(apply))))
    }
  }

  async #worked<Answer>(apply: () => Promise<Answer>): Promise<Answer> {
    this.#inFlight += 1
    try {
      return await apply()
    } finally {
      this.#inFlight -= 1
      this.#activity += 1
    }
  }

  /** What a dead process asks for is not done, and what it asked for is not answered. */
  async #living<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#isDead) return new Promise(() => {})
    try {
      const answer = await ask()
      return this.#isDead ? await new Promise<Answer>(() => {}) : answer
    } catch (error) {
      if (this.#isDead) return new Promise(() => {})
      throw error
    }
  }
}
