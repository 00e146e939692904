/** Instants by key, earliest first: a binary heap whose changed and removed entries are skipped when they surface. */
export class DueTimes {
  readonly #current = new Map<string, number>()
  readonly #heap: { readonly key: string; readonly at: number }[] = []

  /** Set, move or (with null) remove the instant of a key. */
  set(key: string, at: number | null): void {
    if (at === null) {
      this.#current.delete(key)
      return
    }
    if (this.#current.get(key) === at) return
    this.#current.set(key, at)
    this.#push({ key, at })
  }

  /** The earliest instant; null if there is none. */
  get earliest(): number | null {
    this.#skipStale()
    return this.#heap[0]?.at ?? null
  }

  /** Remove and return what is due, earliest first; equal instants in the order in which they were set. */
  takeDue(now: number): { readonly key: string; readonly at: number }[] {
    const due: { readonly key: string; readonly at: number }[] = []
    for (let at = this.earliest; at !== null && at <= now; at = this.earliest) {
      const head = this.#pop()
      if (head === undefined) break
      this.#current.delete(head.key)
      due.push(head)
    }
    return due
  }

  #skipStale(): void {
    for (let head = this.#heap[0]; head !== undefined; head = this.#heap[0]) {
      if (this.#current.get(head.key) === head.at) return
      this.#pop()
    }
  }

  #push(entry: { readonly key: string; readonly at: number }): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.at <= entry.at) break
      heap[index] = parent
      index = above
    }
    heap[index] = entry
  }

  #pop(): { readonly key: string; readonly at: number } | undefined {
    const heap = this.#heap
    const head = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return head
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      if (left === undefined) break
      const isRight = right !== undefined && right.at < left.at
      const child = isRight ? right : left
      if (child.at >= last.at) break
      heap[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    heap[index] = last
    return head
  }
}
