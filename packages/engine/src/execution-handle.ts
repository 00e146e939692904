import {
  checkOptions,
  type Duration,
  type ErrorObject,
  ExecutionCancelledError,
  ExecutionFailedError,
  type ExecutionStatus,
  ExecutionTerminatedError,
  ExecutionTimedOutError,
  ResultTimeoutError,
  type RunTarget,
  reviveError,
  toMs,
} from '@perdure/core'
import type { RunOutcome } from './result-watch.js'

/** How to wait for a result. */
export interface ResultOptions {
  /** Rejects the wait with a `ResultTimeoutError`; the execution goes on. @default forever */
  readonly timeout?: Duration
  /** Ends the wait with its reason; the execution goes on. */
  readonly signal?: AbortSignal
}

/** How an event is sent. */
export interface SendEventOptions {
  /** A second event with this id is not delivered in the same life of the execution. */
  readonly dedupeId?: string
}

/**
 * An execution seen from outside: one life of it, from a start to its end, however often it was continued as new. What
 * it tells and asks is of that life: once the execution was started again under its id, `cancel` and `terminate` answer
 * false and an event is refused. A handle from `get(id, { runNo })` is of that one run in the same way.
 */
export interface ExecutionHandle<Output = unknown> {
  readonly executionId: string
  /** The newest run when the handle was made. */
  readonly runNo: number
  /** True if it was this call that began it; false if it found it. */
  readonly created: boolean
  /** As it stands now. */
  status(): Promise<ExecutionStatus>
  /**
   * The output, when there is one. Pushed where possible: by the process that ends the run, or by the store.
   *
   * @throws ExecutionFailedError (`cause` is the user's error), ExecutionCancelledError, ExecutionTerminatedError,
   * ExecutionTimedOutError, ResultTimeoutError
   */
  result(options?: ResultOptions): Promise<Output>
  /** Ask it to stop and clean up. True if accepted: then it ends as CANCELLED. */
  cancel(reason?: string): Promise<boolean>
  /** Stop it at once, running no more of its code. True if accepted. */
  terminate(reason?: string): Promise<boolean>
  /**
   * Send an event; it is kept until the workflow waits for it.
   *
   * @throws ExecutionNotRunningError (also once a new life has begun), InboxFullError, SerializationError, PayloadTooLargeError
   */
  sendEvent(name: string, payload?: unknown, options?: SendEventOptions): Promise<void>
}

/** What a handle needs of its engine. */
export interface HandleHost {
  schedule(delayMs: number, run: () => void): () => void
  status(executionId: string, target: RunTarget): Promise<ExecutionStatus>
  outcome(executionId: string, runNo: number, signal: AbortSignal | undefined): Promise<RunOutcome>
  /** What keeps a run from ending, in words for people; undefined if nothing does but time. */
  obstacle(executionId: string, runNo: number): Promise<string | undefined>
  decode(outcome: RunOutcome): Promise<unknown>
  /** The error of a run as it was thrown, if it can be read here. */
  show(error: ErrorObject, run: RunOutcome['run']): Promise<ErrorObject>
  cancel(executionId: string, reason: string | undefined, target: RunTarget): Promise<boolean>
  terminate(executionId: string, reason: string | undefined, target: RunTarget): Promise<boolean>
  sendEvent(
    executionId: string,
    name: string,
    payload: unknown,
    options: SendEventOptions | undefined,
    target: RunTarget,
  ): Promise<void>
}

/** What a handle is of. */
export interface HandleSubject {
  readonly executionId: string
  readonly runNo: number
  /** Whom it means. */
  readonly target: RunTarget
  readonly created: boolean
  /** A start found it at its end. */
  readonly wasOver: boolean
}

export function createHandle<Output>(host: HandleHost, subject: HandleSubject): ExecutionHandle<Output> {
  const { executionId, runNo, target, created } = subject
  return {
    executionId,
    runNo,
    created,
    status: () => host.status(executionId, target),
    result: (options) => awaitResult<Output>(host, subject, options),
    cancel: (reason) => host.cancel(executionId, reason, target),
    terminate: (reason) => host.terminate(executionId, reason, target),
    sendEvent: (name, payload, options) => host.sendEvent(executionId, name, payload, options, target),
  }
}

async function awaitResult<Output>(
  host: HandleHost,
  { executionId, runNo, wasOver }: HandleSubject,
  options: ResultOptions = {},
): Promise<Output> {
  checkOptions(options, ['timeout', 'signal'], 'options')
  const { timeout, signal } = options
  const timeoutMs = timeout === undefined ? undefined : toMs(timeout, 'options.timeout')
  signal?.throwIfAborted()
  const limit = timeoutMs === undefined ? undefined : timeLimit(host, executionId, timeoutMs)
  // Not a listener on the user's signal: many waits may share one.
  const signals = [limit?.signal, signal].filter((each) => each !== undefined)
  const either = signals.length === 0 ? undefined : AbortSignal.any(signals)
  let current = runNo
  try {
    // A run that was continued as new has its result in the run that followed.
    for (; ; current += 1) {
      const outcome = await host.outcome(executionId, current, either)
      if (outcome.status === 'CONTINUED_AS_NEW') continue
      if (outcome.status !== 'COMPLETED') {
        const error = outcome.error === null ? null : await host.show(outcome.error, outcome.run)
        throw failure(executionId, current, { status: outcome.status, error }, wasOver)
      }
      // What the workflow returned was encoded as this value; its type came with the workflow.
      return (await host.decode(outcome)) as Output
    }
  } catch (error) {
    if (limit?.signal.aborted !== true || error !== limit.signal.reason) throw error
    throw resultTimeout(executionId, timeoutMs ?? 0, await obstacleOf(host, executionId, current))
  } finally {
    limit?.stop()
  }
}

/** A wait that is over does not fail for want of an explanation. */
async function obstacleOf(host: HandleHost, executionId: string, runNo: number): Promise<string | undefined> {
  try {
    return await host.obstacle(executionId, runNo)
  } catch {
    return undefined
  }
}

/** A signal that aborts when the time is over. */
function timeLimit(
  host: HandleHost,
  executionId: string,
  timeoutMs: number,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController()
  const stop = host.schedule(timeoutMs, () =>
    controller.abort(resultTimeout(executionId, timeoutMs, undefined)),
  )
  return { signal: controller.signal, stop }
}

function resultTimeout(
  executionId: string,
  timeoutMs: number,
  obstacle: string | undefined,
): ResultTimeoutError {
  return new ResultTimeoutError(
    `Execution ${executionId} did not end within ${timeoutMs} ms; ${obstacle ?? 'it goes on.'}`,
    { executionId, timeoutMs },
  )
}

/** What a run that did not complete is told as. `wasOver`: a start under its id found it so. */
export function failure(
  executionId: string,
  runNo: number,
  { status, error }: Pick<RunOutcome, 'status' | 'error'>,
  wasOver = false,
): Error {
  const details = { executionId, runNo }
  const options = error === null ? undefined : { cause: reviveError(error) }
  const because = `${messageOf(error)}${wasOver ? runAgainHint : ''}`
  switch (status) {
    case 'CANCELLED':
      return new ExecutionCancelledError(`Execution ${executionId} was cancelled${because}`, details, options)
    case 'TERMINATED':
      return new ExecutionTerminatedError(
        `Execution ${executionId} was terminated${because}`,
        details,
        options,
      )
    case 'TIMED_OUT':
      return new ExecutionTimedOutError(`Execution ${executionId} timed out${because}`, details, options)
    default:
      return new ExecutionFailedError(`Execution ${executionId} failed${because}`, details, options)
  }
}

const runAgainHint =
  " It had ended before this start; to run it again, start it with idReusePolicy 'newRunAfterTerminal'."

function messageOf(error: ErrorObject | null): string {
  return error === null || error.message === '' ? '.' : `: ${error.message}`
}
