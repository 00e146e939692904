import { inspect } from 'node:util'
import type { Store } from '@perdure/core'
import { interceptStore } from '../faults/intercept-store.js'

/** How many calls are told of, and how much of each request and answer. */
const shownCalls = 6
const shownCharacters = 220

interface LoggedCall {
  readonly callNo: number
  readonly what: string
  readonly request: unknown
  outcome: { readonly answer: unknown } | { readonly error: unknown } | null
}

/** The last calls of the stores of one trial: what somebody who cannot see the suite's code has to go by. */
export class CallLog {
  readonly #calls: LoggedCall[] = []
  #callNo = 0

  /** The same store; its calls are kept for a while. `handle` tells several apart. */
  watch(store: Store, handle: string): Store {
    return interceptStore(store, async ({ verb, request }, apply) => {
      const call = this.#begin(`${handle}.${verb}`, request)
      try {
        const answer = await apply()
        call.outcome = { answer }
        return answer
      } catch (error) {
        call.outcome = { error }
        throw error
      }
    })
  }

  /** Appends the last calls to what the error says. Nothing else of it changes, so that a runner shows it as ever. */
  tell(error: unknown): unknown {
    if (this.#calls.length === 0 || !(error instanceof Error)) return error
    const text = this.#calls.map(lineOf).join('\n')
    try {
      error.message += `\n\nThe last calls of the store, of ${this.#callNo}:\n${text}\n`
    } catch {
      // The message of somebody's frozen error is theirs.
    }
    return error
  }

  #begin(what: string, request: unknown): LoggedCall {
    this.#callNo += 1
    const call: LoggedCall = { callNo: this.#callNo, what, request, outcome: null }
    this.#calls.push(call)
    if (this.#calls.length > shownCalls) this.#calls.shift()
    return call
  }
}

function lineOf({ callNo, what, request, outcome }: LoggedCall): string {
  return `  ${callNo}. ${what}(${shown(request)})\n     ${resultOf(outcome)}`
}

function resultOf(outcome: LoggedCall['outcome']): string {
  if (outcome === null) return '… has not answered'
  if ('answer' in outcome) return `→ ${shown(outcome.answer)}`
  return `threw ${outcome.error instanceof Error ? `${outcome.error.name}: ${outcome.error.message}` : shown(outcome.error)}`
}

function shown(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    maxArrayLength: 3,
    maxStringLength: 40,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
  })
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)} …` : text
}
