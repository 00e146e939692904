import { runListeners } from './async-zone.js'
import type { Place } from './place.js'

/**
 * An abort signal that is made when it is first asked for: most runs and bodies never ask, and a controller costs more
 * than the rest of an attempt. The reason is made then as well.
 *
 * Its listeners are called in the place whose signal it is, whoever aborts it: what they leave behind is of that run.
 */
export class LazySignal {
  readonly #place: Place
  #controller: AbortController | undefined
  #reason: (() => unknown) | undefined

  constructor(place: Place) {
    this.#place = place
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason())
    return this.#controller.signal
  }

  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  /** The first reason counts. */
  abort(reason: () => unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    const controller = this.#controller
    if (controller !== undefined) runListeners(this.#place, () => controller.abort(reason()))
  }
}
