/** The instants at which something is going to happen, earliest first; time is moved from one to the next. */
export class Agenda {
  readonly #instants = new Set<number>()

  add(at: number): void {
    this.#instants.add(at)
  }

  /** The earliest instant after this one; undefined if there is none. */
  next(after: number): number | undefined {
    let next: number | undefined
    for (const at of this.#instants) {
      if (at <= after) this.#instants.delete(at)
      else if (next === undefined || at < next) next = at
    }
    return next
  }
}
