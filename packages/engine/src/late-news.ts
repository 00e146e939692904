import type { ExecutionKey } from '@perdure/core'
import type { RunJournal } from './run-journal.js'

/**
 * What came in while runs were on their way here, claimed and not held yet: a claim's answer may be older than it. Whoever
 * then holds a run that it may concern asks the store again.
 */
export class LateNews {
  readonly #executions = new Set<string>()
  #isAboutAny = false

  /** `about` is left out if it may be about anything. */
  note(about?: ExecutionKey): void {
    if (about === undefined) this.#isAboutAny = true
    else this.#executions.add(nameOf(about))
  }

  /** Nothing is on its way any more. */
  clear(): void {
    this.#executions.clear()
    this.#isAboutAny = false
  }

  /** What may be about anything concerns only those that wait: looking costs a call of the store. */
  concerns({ key, awaitsMessages }: RunJournal): boolean {
    return this.#executions.has(nameOf(key)) || (this.#isAboutAny && awaitsMessages)
  }
}

function nameOf({ namespace, executionId }: ExecutionKey): string {
  return `${namespace}\n${executionId}`
}
