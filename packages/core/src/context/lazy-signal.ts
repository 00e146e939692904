/**
 * An abort signal that is made when it is first asked for: most runs and bodies never ask, and a controller costs more
 * than the rest of an attempt. The reason is made then as well.
 */
export class LazySignal {
  #controller: AbortController | undefined
  #reason: (() => unknown) | undefined

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
    this.#controller?.abort(reason())
  }
}
