import type { Clock } from '../clock.js'
import type { RunningBody, Scope } from './scope.js'

/** A context that has ended while bodies still run in it. */
interface Drain {
  readonly scope: Scope
  readonly drained: () => void
  stopGrace: () => void
}

/** Waits for the bodies of contexts that have ended, for the grace and no longer. */
export class Draining {
  readonly #clock: Clock
  readonly #graceMs: number
  readonly #abandon: (scope: Scope, body: RunningBody) => void
  readonly #drains = new Set<Drain>()

  /** `abandon` is called for each body that is not awaited any longer. */
  constructor(clock: Clock, graceMs: number, abandon: (scope: Scope, body: RunningBody) => void) {
    this.#clock = clock
    this.#graceMs = graceMs
    this.#abandon = abandon
  }

  /** Call `drained` when no body runs in the context or below it: now, or when the last has left. */
  await(scope: Scope, drained: () => void): void {
    if (isDrained(scope)) return drained()
    const drain: Drain = { scope, drained, stopGrace: () => {} }
    this.#drains.add(drain)
    drain.stopGrace = this.#clock.schedule(this.#graceMs, () => {
      for (const each of scope.withDescendants())
        for (const body of [...each.bodies]) this.#abandon(each, body)
    })
  }

  /** A body has left. */
  check(): void {
    for (const drain of this.#drains) {
      if (!isDrained(drain.scope)) continue
      this.#drains.delete(drain)
      drain.stopGrace()
      drain.drained()
    }
  }

  clear(): void {
    for (const { stopGrace } of this.#drains) stopGrace()
    this.#drains.clear()
  }
}

function isDrained(scope: Scope): boolean {
  for (const each of scope.withDescendants()) if (each.bodies.size > 0) return false
  return true
}
