import type { ExecutionKey, RunKey } from '@perdure/core'

/** Who waits for the end of one run. */
export interface Waiter<Outcome> extends RunKey {
  readonly done: (outcome: Outcome) => void
  readonly fail: (error: unknown) => void
}

/** Waits by the execution they are for: whom a hint or an end concerns is found at once, however many there are. */
export class AwaitedRuns<Outcome> {
  readonly #byExecution = new Map<string, Set<Waiter<Outcome>>>()

  get isEmpty(): boolean {
    return this.#byExecution.size === 0
  }

  add(waiter: Waiter<Outcome>): void {
    const name = executionName(waiter)
    const waiters = this.#byExecution.get(name)
    if (waiters === undefined) this.#byExecution.set(name, new Set([waiter]))
    else waiters.add(waiter)
  }

  remove(waiter: Waiter<Outcome>): void {
    const name = executionName(waiter)
    const waiters = this.#byExecution.get(name)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#byExecution.delete(name)
  }

  /** Those that wait for any run of an execution. */
  ofExecution(key: ExecutionKey): Waiter<Outcome>[] {
    return [...(this.#byExecution.get(executionName(key)) ?? [])]
  }

  ofRun(key: RunKey): Waiter<Outcome>[] {
    return this.ofExecution(key).filter(({ runNo }) => runNo === key.runNo)
  }

  all(): Waiter<Outcome>[] {
    return [...this.#byExecution.values()].flatMap((waiters) => [...waiters])
  }
}

/** None of its parts can have a line break in it. */
function executionName({ namespace, executionId }: ExecutionKey): string {
  return `${namespace}\n${executionId}`
}
