import { isRunLine, type LogLine } from '../effects/log-line.js'
import { kindOf } from '../workflows/run-kind.js'

/** What was done, counted: a soak that did nothing finds nothing. */
export class Tally {
  readonly #counts = new Map<string, number>()
  readonly #refusals = new Map<string, number>()
  readonly #actions = new Map<string, string>()

  add(line: LogLine): void {
    if (!isRunLine(line)) return this.#count(line.kind)
    if (line.kind === 'asked') this.#actions.set(line.callId, line.action)
    else if (line.kind === 'answered') this.#addAnswer(line.callId, line.accepted, line.code)
    else if (line.kind === 'entered' && line.as === 'poison') this.#count('poison entered')
    else this.#count(line.kind)
    if (line.kind === 'asked' && line.action === 'start' && kindOf(line.executionId) === 'poison') {
      this.#count('poison asked')
    }
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  /** Codes with which clients were refused, and how often. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals
  }

  #addAnswer(callId: string, accepted: boolean, code: string | undefined): void {
    const action = this.#actions.get(callId) ?? 'start'
    // Only those are kept that nobody has answered yet.
    this.#actions.delete(callId)
    if (accepted) return this.#count(`${action} accepted`)
    this.#refusals.set(code ?? 'refused', (this.#refusals.get(code ?? 'refused') ?? 0) + 1)
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
}
