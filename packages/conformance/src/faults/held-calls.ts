import type { StoreCall, StoreInterceptor, StoreVerb } from './intercept-store.js'

// Taken once: fake timers of a test framework would stop it.
const { setImmediate } = globalThis

/** After so many turns of the event loop without a call, nothing is going to happen by itself. */
const quietTurns = 6

/** A call that waits to be let through. */
export interface HeldCall {
  /** Whose it is. */
  readonly actor: string
  /** The verb; `answer of` before it if the call was applied and its answer is held. */
  readonly what: string
  letThrough(): void
}

export interface HoldOptions {
  /** Calls that are held before they are applied. */
  readonly verbs: readonly StoreVerb[]
  /** Calls whose answers are held after they were applied. @default none */
  readonly answers?: readonly StoreVerb[]
}

/**
 * Holds the calls that several processes make of one store, so that a test decides in which order they arrive, and in
 * which order they are answered. A process has its own interceptor; calls of one process keep their order.
 *
 * @example
 * ```ts
 * import { HeldCalls, interceptStore } from '@perdure/conformance/faults'
 * import { memory } from '@perdure/memory'
 *
 * const calls = new HeldCalls({ verbs: ['append'] })
 * const store = interceptStore(memory(), calls.of('sender'))
 * calls.hold()
 * export const sending = store.append([])
 * await calls.quiet()
 * for (const call of calls.held) call.letThrough()
 * ```
 */
export class HeldCalls {
  readonly #verbs: readonly StoreVerb[]
  readonly #answers: readonly StoreVerb[]
  readonly #held: HeldCall[] = []
  #isHolding = false
  #running = 0
  #seen = 0

  constructor({ verbs, answers = [] }: HoldOptions) {
    this.#verbs = verbs
    this.#answers = answers
  }

  /** What can be let through now: of each actor, the call that came first. */
  get held(): readonly HeldCall[] {
    return this.#held.filter(
      (call, index) => this.#held.findIndex(({ actor }) => actor === call.actor) === index,
    )
  }

  /** The interceptor of a process. */
  of(actor: string): StoreInterceptor {
    return async (call, apply) => {
      this.#seen += 1
      this.#running += 1
      try {
        await this.#wait(actor, call, this.#verbs, call.verb)
        const answer = await apply()
        await this.#wait(actor, call, this.#answers, `answer of ${call.verb}`)
        return answer
      } finally {
        this.#running -= 1
      }
    }
  }

  /** From now on calls are held. */
  hold(): void {
    this.#isHolding = true
  }

  /** Lets through what is held and what comes. */
  release(): void {
    this.#isHolding = false
    for (const call of [...this.#held]) call.letThrough()
  }

  /** Resolves when nothing more happens unless a call is let through, time passes, or somebody outside does something. */
  async quiet(): Promise<void> {
    let seen = this.#seen
    for (let turns = 0; turns < quietTurns; ) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      const isBusy = this.#running > 0 || this.#seen !== seen
      turns = isBusy ? 0 : turns + 1
      seen = this.#seen
    }
  }

  async #wait(actor: string, { verb }: StoreCall, held: readonly StoreVerb[], what: string): Promise<void> {
    if (!this.#isHolding || !held.includes(verb)) return
    this.#running -= 1
    await new Promise<void>((resolve) => {
      const call: HeldCall = {
        actor,
        what,
        letThrough: () => {
          const index = this.#held.indexOf(call)
          if (index < 0) return
          this.#held.splice(index, 1)
          this.#running += 1
          this.#seen += 1
          resolve()
        },
      }
      this.#held.push(call)
    })
  }
}
