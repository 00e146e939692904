import type { Clock } from '../clock.js'
import type { RunningBody, Scope } from './scope.js'

const lookEveryMs = 60_000

/**
 * Sees bodies that run for very long: a run with a body that hangs keeps its slot. Looks once a minute while bodies run,
 * so that a step costs nothing, and speaks of each body once.
 */
export class BodyWatch {
  readonly #clock: Clock
  readonly #root: Scope
  readonly #report: (name: string, sinceMs: number) => void
  /** When a look first found them, by the monotonic clock; undefined once they were reported. */
  #found = new Map<RunningBody, number | undefined>()
  #stopTimer: (() => void) | undefined

  /** `report` is called with the name of a step whose body has run for at least so long. */
  constructor(clock: Clock, root: Scope, report: (name: string, sinceMs: number) => void) {
    this.#clock = clock
    this.#root = root
    this.#report = report
  }

  /** Bodies run, and everything else waits. */
  arm(): void {
    this.#stopTimer ??= this.#clock.schedule(lookEveryMs, () => {
      this.#stopTimer = undefined
      this.#look()
    })
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#found.clear()
  }

  #look(): void {
    const now = this.#clock.monotonic()
    const found = new Map<RunningBody, number | undefined>()
    for (const scope of this.#root.withDescendants()) {
      for (const body of scope.bodies) {
        if (body.name === undefined) continue
        const isKnown = this.#found.has(body)
        const foundAt = this.#found.get(body)
        if (foundAt !== undefined) this.#report(body.name, now - foundAt)
        found.set(body, isKnown ? undefined : now)
      }
    }
    this.#found = found
    if (found.size > 0) this.arm()
  }
}
