/** Something that may happen next. */
export interface Possibility {
  /** Who does it. */
  readonly actor: string
  /** What it is, where one actor can do several things; `actor` and `what` tell it from all others. */
  readonly what?: string
}

/** Decides which of the possibilities happens. */
export type Choose = <Next extends Possibility>(possible: readonly Next[]) => Next

export interface ExploreOptions {
  /**
   * How often an actor that could go on may be interrupted by another, in one run. Most mistakes need one or two
   * interruptions, and with a bound the number of runs grows with a power of the length, not exponentially.
   *
   * @default no bound: every order there is
   */
  readonly maxInterruptions?: number
}

/**
 * Runs something again and again, until `choose` has been answered in every possible way: depth first, each time from
 * the beginning. What is run must do the same whenever the choices are the same. Returns how many runs there were.
 *
 * @throws Error which names the order in which things happened, with what went wrong as its cause
 */
export async function explore(
  run: (choose: Choose) => Promise<void>,
  { maxInterruptions = Number.POSITIVE_INFINITY }: ExploreOptions = {},
): Promise<number> {
  const untried: string[][] = [[]]
  let count = 0
  for (let prefix = untried.pop(); prefix !== undefined; prefix = untried.pop()) {
    const taken = new TakenOrder(prefix, maxInterruptions)
    try {
      await run((possible) => taken.choose(possible))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new Error(`In the order ${taken.names.join(', ')}: ${message}`, { cause: error })
    }
    untried.push(...taken.alternatives)
    count += 1
  }
  return count
}

/** The choices of one run: those of the prefix first, then always the first that goes without an interruption. */
class TakenOrder {
  readonly names: string[] = []
  /** Prefixes that differ from this order in their last choice. */
  readonly alternatives: string[][] = []
  readonly #prefix: readonly string[]
  #interruptionsLeft: number
  #lastActor: string | undefined

  constructor(prefix: readonly string[], maxInterruptions: number) {
    this.#prefix = prefix
    this.#interruptionsLeft = maxInterruptions
  }

  choose<Next extends Possibility>(possible: readonly Next[]): Next {
    const [preferred, ...others] = this.#allowed(possible)
    if (preferred === undefined) throw new Error('There is nothing to choose from.')
    const asked = this.#prefix[this.names.length]
    if (asked === undefined) this.alternatives.push(...others.map((other) => [...this.names, nameOf(other)]))
    const next = asked === undefined ? preferred : possible.find((each) => nameOf(each) === asked)
    if (next === undefined) throw new Error(`What could happen before cannot happen now: ${asked}.`)
    if (this.#interrupts(next, possible)) this.#interruptionsLeft -= 1
    this.names.push(nameOf(next))
    this.#lastActor = next.actor
    return next
  }

  /** Whoever was at it first; the others only as long as interruptions are left. */
  #allowed<Next extends Possibility>(possible: readonly Next[]): readonly Next[] {
    const goesOn = possible.filter(({ actor }) => actor === this.#lastActor)
    if (goesOn.length === 0) return possible
    if (this.#interruptionsLeft <= 0) return goesOn
    return [...goesOn, ...possible.filter(({ actor }) => actor !== this.#lastActor)]
  }

  #interrupts(next: Possibility, possible: readonly Possibility[]): boolean {
    return next.actor !== this.#lastActor && possible.some(({ actor }) => actor === this.#lastActor)
  }
}

function nameOf({ actor, what }: Possibility): string {
  return what === undefined ? actor : `${actor} ${what}`
}
