interface DueTime {
  readonly key: string
  readonly at: number
}

interface Entry extends DueTime {
  /** Of equal instants, the one set first comes first. */
  readonly order: number
}

/** Instants by key, earliest first: a binary heap whose changed and removed entries are skipped when they surface. */
export class DueTimes {
  readonly #current = new Map<string, Entry>()
  #heap: Entry[] = []
  #setCount = 0

  /** How much is held: what is set, and a part as large again of what is not any more. */
  get size(): number {
    return this.#heap.length
  }

  /** Set, move or (with null) remove the instant of a key. */
  set(key: string, at: number | null): void {
    if (at === null) {
      this.#current.delete(key)
      return
    }
    if (this.#current.get(key)?.at === at) return
    this.#setCount += 1
    const entry: Entry = { key, at, order: this.#setCount }
    this.#current.set(key, entry)
    this.#push(entry)
  }

  /** The earliest instant; null if there is none. */
  get earliest(): number | null {
    this.#skipStale()
    return this.#heap[0]?.at ?? null
  }

  /** Remove and return what is due, earliest first; equal instants in the order in which they were set. */
  takeDue(now: number): DueTime[] {
    const due: DueTime[] = []
    for (let at = this.earliest; at !== null && at <= now; at = this.earliest) {
      const head = this.#pop()
      if (head === undefined) break
      this.#current.delete(head.key)
      due.push({ key: head.key, at: head.at })
    }
    return due
  }

  #skipStale(): void {
    for (let head = this.#heap[0]; head !== undefined; head = this.#heap[0]) {
      if (this.#current.get(head.key) === head) return
      this.#pop()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    if (heap.length > 2 * this.#current.size + 16) {
      // Mostly stale: a wait with a timeout of a year that ended at once must not be kept for a year.
      this.#heap = [...this.#current.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1))
      return
    }
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || isBefore(parent, entry)) break
      heap[index] = parent
      index = above
    }
    heap[index] = entry
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const head = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return head
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (isBefore(last, child)) break
      heap[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    heap[index] = last
    return head
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
