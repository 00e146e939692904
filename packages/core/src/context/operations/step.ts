import type { Codec } from '../../codec.js'
import { toMs } from '../../duration.js'
import { type ErrorObject, reviveError, toErrorObject } from '../../error-object.js'
import { isError } from '../../error-parts.js'
import {
  isDurableError,
  StepError,
  StepInterruptedError,
  StepTimeoutError,
  ValidationError,
} from '../../errors.js'
import { isThenable } from '../../is-thenable.js'
import { checkOptions } from '../../names.js'
import type { OperationRecord } from '../../records.js'
import { decideRetry, type ResolvedRetryPolicy, resolveRetryPolicy } from '../../retry-policy.js'
import type { StepContext } from '../../step-context.js'
import type { StepOptions } from '../../step-options.js'
import type { StepOutcome } from '../../step-outcome.js'
import { captureContext, type EnterContext, runInPlace } from '../async-zone.js'
import { BodyContext } from '../body-context.js'
import type { OpenOperation } from '../open-operation.js'
import type { Pass } from '../pass.js'
import type { RunningBody, Scope } from '../scope.js'
import type { Written } from '../values.js'

/** The body of a step. */
export type StepBody<T> = (step: StepContext) => T | Promise<T>

const kind = { type: 'STEP', subType: 'Step' } as const

/**
 * A step: run once, recorded, and answered from the journal ever after.
 *
 * An attempt that fails is recorded with its error and the time of the next attempt before the delay begins, so a
 * crash resumes at that attempt and that time. By default the start of an attempt is not recorded: one write per step,
 * and a body that crashed half-way runs again under the same idempotency key. With `atMostOnce` the start is durable
 * before the body runs, and an attempt that was interrupted counts as failed.
 */
export function step<T>(
  pass: Pass,
  scope: Scope,
  name: string,
  body: StepBody<T>,
  options?: StepOptions,
): Promise<T> {
  const settings = resolveStepOptions(options)
  if (typeof body !== 'function') throw new ValidationError({ field: 'fn', value: body, limit: 'a function' })
  const read = (settled: OperationRecord): T | Promise<T> => readOutcome<T>(pass, settled, settings.codec)
  const { operation, recorded, isLive } = pass.open<T>(scope, name, kind, read, settings.id)
  if (isLive) new StepRun(pass, operation, settings, body).begin(recorded)
  return operation.promise
}

/** A step whose final failure is a value. Everything that is not the step's own failure still rejects. */
export function tryStep<T>(outcome: Promise<T>): Promise<StepOutcome<T>> {
  return outcome.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => {
      // Branded errors of this code are made by this class only.
      if (isDurableError(error, 'STEP_FAILED')) return { ok: false, error: error as StepError }
      throw error
    },
  )
}

interface StepSettings {
  readonly retry: ResolvedRetryPolicy
  readonly attemptTimeoutMs: number | undefined
  readonly recordsStart: boolean
  readonly isAtMostOnce: boolean
  readonly codec: Codec | undefined
  readonly id: string | undefined
}

const optionKeys: readonly (keyof StepOptions)[] = [
  'retry',
  'attemptTimeout',
  'semantics',
  'codec',
  'id',
  'trackStart',
]

const defaults: StepSettings = {
  retry: resolveRetryPolicy(undefined, 'retry'),
  attemptTimeoutMs: undefined,
  recordsStart: false,
  isAtMostOnce: false,
  codec: undefined,
  id: undefined,
}

function resolveStepOptions(options: StepOptions | undefined): StepSettings {
  if (options === undefined) return defaults
  checkOptions(options, optionKeys, 'options')
  const { semantics = 'atLeastOnce', attemptTimeout } = options
  if (semantics !== 'atLeastOnce' && semantics !== 'atMostOnce') {
    throw new ValidationError({
      field: 'options.semantics',
      value: semantics,
      limit: 'atLeastOnce or atMostOnce',
    })
  }
  const isAtMostOnce = semantics === 'atMostOnce'
  return {
    retry: resolveRetryPolicy(options.retry, 'options.retry'),
    attemptTimeoutMs:
      attemptTimeout === undefined ? undefined : toMs(attemptTimeout, 'options.attemptTimeout', { minMs: 1 }),
    recordsStart: isAtMostOnce || options.trackStart === true,
    isAtMostOnce,
    codec: options.codec,
    id: options.id,
  }
}

function readOutcome<T>(pass: Pass, settled: OperationRecord, codec: Codec | undefined): T | Promise<T> {
  // What the body returned was encoded as this value: the journal keeps the type.
  if (settled.status === 'SUCCEEDED')
    return pass.values.read(settled.value, `result of step "${settled.name}"`, codec) as T
  const { name, operationId, attempt } = settled
  const { executionId } = pass.journal.run
  return pass.values.throwError(settled, `error of step "${name}"`, codec, (cause) => {
    return new StepError(
      `Step "${name}" of execution ${executionId} failed for good after ${attempt} ` +
        `${attempt === 1 ? 'attempt' : 'attempts'}: ${cause.message}`,
      { executionId, operationId, name, attempts: attempt },
      { cause },
    )
  })
}

/** The attempts of one step in one pass. */
class StepRun<T> {
  readonly #pass: Pass
  readonly #operation: OpenOperation<T>
  readonly #settings: StepSettings
  readonly #body: StepBody<T>
  /** Attempts that have ended. */
  #endedCount = 0
  /** The async context of the call, kept only where a body does not start at once. */
  #enterCall: EnterContext | undefined

  constructor(pass: Pass, operation: OpenOperation<T>, settings: StepSettings, body: StepBody<T>) {
    this.#pass = pass
    this.#operation = operation
    this.#settings = settings
    this.#body = body
  }

  begin(recorded: OperationRecord | undefined): void {
    this.#endedCount = recorded?.attempt ?? 0
    if (this.#settings.attemptTimeoutMs !== undefined) this.#keepContext()
    if (recorded?.status === 'PENDING') this.#awaitRetry()
    else if (recorded?.status === 'STARTED' && this.#settings.isAtMostOnce) this.#interrupt()
    else this.#whenRunnable(() => this.#attempt(recorded?.status === 'STARTED'))
  }

  #attempt(isStartRecorded: boolean): void {
    if (!this.#settings.recordsStart || isStartRecorded) return this.#run()
    const { operation, pass } = this.#here()
    const waiting = this.#stayBusy()
    this.#keepContext()
    operation.onChange = ({ status }) => {
      if (status !== 'STARTED') return
      operation.onChange = undefined
      // The body is entered before the wait is left, so that the pass is not idle in between.
      this.#whenRunnable(() => this.#inCall(() => this.#run()), true)
      pass.leave(operation.scope, waiting)
    }
    pass.record(operation.update('START'))
  }

  #run(): void {
    const { operation, pass } = this.#here()
    const place = operation.scope.place.inStep(operation.name, operation.identity.path)
    const context = new BodyContext(pass, operation as OpenOperation, this.#endedCount + 1, place)
    let stopTimer: (() => void) | undefined
    const body: RunningBody = {
      name: operation.name,
      abort: (reason) => {
        context.abort(reason)
        if (pass.isDropped) stopTimer?.()
      },
    }
    let isOver = false
    const end = (record: () => void | Promise<void>): void => {
      if (isOver) return
      isOver = true
      stopTimer?.()
      this.#endedCount += 1
      if (pass.isDropped || !operation.scope.bodies.has(body)) return
      const left = (): void => {
        // Not before its outcome is recorded: a CANCEL in between would settle it twice.
        operation.isBodyRunning = false
        pass.leave(operation.scope, body)
      }
      const recording = this.#guarded(record)
      if (recording === undefined) left()
      else void recording.then(left)
    }
    pass.enter(operation.scope, body)
    operation.isBodyRunning = true
    const { attemptTimeoutMs } = this.#settings
    if (attemptTimeoutMs !== undefined) {
      const timeOut = (): void => {
        const error = this.#timedOut(attemptTimeoutMs)
        context.abort(() => error)
        end(() => this.#fail(error))
      }
      stopTimer = pass.clock.schedule(attemptTimeoutMs, () => this.#inCall(timeOut))
    }
    try {
      const result = runInPlace(place, () => this.#body(context))
      if (isThenable(result)) void this.#await(result, end)
      else end(() => this.#succeed(result))
    } catch (error) {
      end(() => this.#fail(error))
    }
  }

  /** Whatever a body returns is awaited as `await` does it: promises, promises of promises, and what only looks like one. */
  async #await(result: PromiseLike<T>, end: (record: () => void | Promise<void>) => void): Promise<void> {
    let value: T
    try {
      value = await result
    } catch (error) {
      return end(() => this.#fail(error))
    }
    end(() => this.#succeed(value))
  }

  /** An attempt that could not be recorded is recorded as just that: an attempt without an outcome never ends. */
  #guarded(record: () => void | Promise<void>): void | Promise<void> {
    try {
      return record()
    } catch (error) {
      return this.#failForGood(error)
    }
  }

  #succeed(value: T): void | Promise<void> {
    const { operation, pass } = this.#here()
    const record = ({ encoded, outcome }: Written<T>): void => {
      operation.outcome = outcome
      pass.record(operation.update('SUCCEED', { value: encoded }))
    }
    try {
      const written = pass.values.write(value, `result of step "${operation.name}"`, this.#settings.codec)
      if (!(written instanceof Promise)) return record(written)
      return written.then(record, (error: unknown) => this.#failForGood(error))
    } catch (error) {
      // The body ran: trying again would repeat its effect and end the same.
      return this.#failForGood(error)
    }
  }

  #fail(thrown: unknown): void | Promise<void> {
    const { operation, pass } = this.#here()
    const recorded = toErrorObject(thrown)
    if (this.#isUnwanted) return this.#failForGood(thrown)
    const decision = decideRetry(this.#settings.retry, {
      attempt: this.#endedCount,
      error: isError(thrown) ? thrown : reviveError(recorded),
      random: Math.random,
    })
    if (decision.kind === 'fail') return this.#failForGood(decision.policyError ?? thrown)
    return this.#write(recorded, (error) => {
      // Nobody may wait for it any more, since a codec has taken its time.
      if (this.#isUnwanted) return pass.record(operation.update('FAIL', { error }))
      this.#awaitRetry()
      pass.record(operation.update('RETRY', { error, dueAt: pass.journal.now() + decision.delayMs }))
    })
  }

  #failForGood(thrown: unknown): void | Promise<void> {
    const { operation, pass } = this.#here()
    return this.#write(toErrorObject(thrown), (error) => pass.record(operation.update('FAIL', { error })))
  }

  /** True if no further attempt is wanted: the run is being cancelled, or the context has ended. */
  get #isUnwanted(): boolean {
    return this.#operation.isDetached || this.#operation.scope.isClosed
  }

  #write(error: ErrorObject, record: (written: ErrorObject) => void): void | Promise<void> {
    const written = this.#pass.values.writeError(error, this.#settings.codec)
    return written instanceof Promise ? written.then(record) : record(written)
  }

  #awaitRetry(): void {
    const { operation, pass } = this.#here()
    const waiting = this.#settings.retry.mode === 'inProcess' ? this.#stayBusy(true) : undefined
    this.#keepContext()
    operation.onChange = ({ status }) => {
      if (status !== 'READY') return
      operation.onChange = undefined
      this.#whenRunnable(() => this.#inCall(() => this.#attempt(false)))
      if (waiting !== undefined) pass.leave(operation.scope, waiting)
    }
  }

  /** The pass is not idle until the answer is left, or nobody waits for the step any more. */
  #stayBusy(isDelay = false): RunningBody {
    const { operation, pass } = this.#here()
    const abort = (): void => void pass.leave(operation.scope, waiting)
    const waiting: RunningBody = isDelay ? { abort, isDelay } : { abort }
    pass.enter(operation.scope, waiting)
    return waiting
  }

  /** Called in the async context of the call, or of what came of it. */
  #keepContext(): void {
    this.#enterCall ??= captureContext()
  }

  #inCall(run: () => void): void {
    if (this.#enterCall === undefined) run()
    else this.#enterCall(run)
  }

  #whenRunnable(run: () => void, hasBegun = false): void {
    this.#pass.whenRunnable(this.#operation as OpenOperation, run, hasBegun)
  }

  /** An at-most-once attempt had begun when the process ended. */
  #interrupt(): void {
    const { operation, pass } = this.#here()
    const recording = this.#fail(this.#interrupted())
    if (recording !== undefined) void pass.during(operation.scope, recording)
  }

  #interrupted(): StepInterruptedError {
    // The interrupted attempt ends here.
    this.#endedCount += 1
    const { name, identity } = this.#operation
    return new StepInterruptedError(
      `Attempt ${this.#endedCount} of step "${name}" was interrupted after it had started. Whether it took effect is ` +
        'not known; an at-most-once attempt is not run again.',
      { name, operationId: identity.operationId, attempt: this.#endedCount },
    )
  }

  #timedOut(attemptTimeoutMs: number): StepTimeoutError {
    const { name, identity } = this.#operation
    return new StepTimeoutError(
      `Step "${name}" took longer than its attemptTimeout of ${attemptTimeoutMs} ms.`,
      {
        name,
        operationId: identity.operationId,
        attemptTimeoutMs,
      },
    )
  }

  #here(): { readonly operation: OpenOperation<T>; readonly pass: Pass } {
    return { operation: this.#operation, pass: this.#pass }
  }
}
