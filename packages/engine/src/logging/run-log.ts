import type { BlockedReason, Clock, ErrorObject, Logger, OperationRecord, RunRecord } from '@perdure/core'
import { errorFacts, errorLine } from './error-facts.js'
import { LineLimits } from './line-limits.js'

/** A run, as far as a line about it says. */
export type LoggedRun = Pick<RunRecord, 'workflow' | 'version' | 'executionId' | 'runNo'>

/** A run that did not end as its code meant it to. */
export interface LoggedEnd {
  readonly status: string
  readonly error: ErrorObject | null
}

/** Reads what a codec wrote of an error. Never rejects: what it cannot read it gives back. */
type DecodeError = (run: LoggedRun, error: ErrorObject) => Promise<ErrorObject>

type Fields = Readonly<Record<string, unknown>>

const linesPerSecond = 10

/**
 * What people hear of runs without asking: each failed attempt, how runs end badly, what was left open. Of an error its
 * name and code; its message only where that is allowed. Never what a run was given or gave back.
 */
export class RunLog {
  readonly #logger: Logger
  readonly #withMessages: boolean
  readonly #decode: DecodeError
  readonly #limits: LineLimits

  constructor(logger: Logger, clock: Clock, withMessages: boolean, decode: DecodeError) {
    this.#decode = decode
    this.#logger = logger
    this.#withMessages = withMessages
    this.#limits = new LineLimits(clock, linesPerSecond, (key, count) => this.#leftOut(key, count))
  }

  /** An operation was recorded: a line if that is a failed attempt. */
  recorded(run: LoggedRun, { name, type, status, attempt, error, dueAt }: OperationRecord): void {
    if (type !== 'STEP' || error === null || (status !== 'PENDING' && status !== 'FAILED')) return
    const next = dueAt === null ? undefined : new Date(dueAt).toISOString()
    const then = next === undefined ? 'there is no further attempt' : `the next is at ${next}`
    this.#write(
      run,
      name,
      'warn',
      `Attempt ${attempt} of step "${name}" of execution ${nameOf(run)} failed, ${then}`,
      error,
      {
        step: name,
        attempt,
        ...(next === undefined ? {} : { nextAttemptAt: next }),
      },
    )
  }

  /** A run ended: a line unless it did so as its code, or somebody who asked for it, meant it to. */
  ended(run: LoggedRun, { status, error }: LoggedEnd): void {
    if (status === 'FAILED') this.#write(run, status, 'error', `Execution ${nameOf(run)} FAILED`, error)
    else if (status === 'TIMED_OUT')
      this.#write(run, status, 'warn', `Execution ${nameOf(run)} TIMED_OUT`, null)
  }

  /** A run cannot go on. */
  blocked(run: LoggedRun, { reason, message }: Pick<BlockedReason, 'reason' | 'message'>): void {
    this.#write(run, reason, 'error', `Execution ${nameOf(run)} is BLOCKED (${reason}). ${message}`, null, {
      reason,
    })
  }

  /** Tell of what was left out so far. */
  flush(): void {
    this.#limits.flush()
  }

  #write(
    run: LoggedRun,
    about: string,
    level: 'warn' | 'error',
    message: string,
    error: ErrorObject | null,
    data: Fields = {},
  ): void {
    if (!this.#limits.allows(keyOf(run, about))) return
    const { workflow, executionId, runNo } = run
    const fields = { workflow, executionId, runNo, ...data }
    if (error === null) return this.#logger[level](message, fields)
    const write = (shown: ErrorObject): void => {
      const facts = errorFacts(shown, this.#withMessages)
      this.#logger[level](`${message}: ${errorLine(facts)}`, { ...fields, error: facts })
    }
    if (this.#withMessages && error.encoded !== undefined) void this.#decode(run, error).then(write)
    else write(error)
  }

  #leftOut(key: string, count: number): void {
    const [workflow, about] = partsOf(key)
    const lines = count === 1 ? 'line' : 'lines'
    this.#logger.warn(`${count} more ${lines} about "${about}" of workflow "${workflow}" within a second`, {
      workflow,
      about,
      count,
    })
  }
}

function nameOf({ workflow, executionId }: LoggedRun): string {
  return `${executionId} (${workflow})`
}

/** No name holds a line break. */
function keyOf({ workflow }: LoggedRun, about: string): string {
  return `${workflow}\n${about}`
}

function partsOf(key: string): readonly [workflow: string, about: string] {
  const [workflow = '', about = ''] = key.split('\n')
  return [workflow, about]
}
