import { capabilityOf, type GatedMember } from '../capability-of.js'
import type { ChildContextOptions } from '../child-context-options.js'
import type { DurableContextOps, ExecutionMode } from '../durable-context.js'
import type { Duration } from '../duration.js'
import { UnsupportedOperationError, ValidationError } from '../errors.js'
import type { WaitForEventOptions } from '../event-options.js'
import { type Logger, safeLogger } from '../logger.js'
import type { LoggerOptions } from '../logger-options.js'
import { checkOptions } from '../names.js'
import type { StepOptions } from '../step-options.js'
import type { StepOutcome } from '../step-outcome.js'
import { childContext } from './operations/child-context.js'
import { sideEffect } from './operations/side-effect.js'
import { sleep, sleepUntil } from './operations/sleep.js'
import { type StepBody, step, tryStep } from './operations/step.js'
import { waitForEvent } from './operations/wait-for-event.js'
import type { Pass } from './pass.js'
import { duringReplay, withFields } from './pass-logger.js'
import type { Scope } from './scope.js'

/** What is shared by the contexts of one pass. */
export interface ContextHost {
  readonly pass: Pass
  readonly input: () => unknown
  logging: { logger: Logger; replay: NonNullable<LoggerOptions['replay']> }
}

const adapterName: unique symbol = Symbol('adapter')

type Members = Omit<DurableContextOps, Exclude<GatedMember, 'waitForEvent'> | 'waitForEvent'>

/**
 * The context that a workflow is given: names and types; the work is in `operations/`. Wrong arguments reject, so that a
 * call never throws before it has returned its promise.
 */
class Context implements Members {
  readonly #host: ContextHost
  readonly #pass: Pass
  readonly #scope: Scope
  readonly logger: Logger

  constructor(host: ContextHost, scope: Scope) {
    this.#host = host
    this.#pass = host.pass
    this.#scope = scope
    const { executionId, runNo } = this.#pass.journal.run
    const current = (): Logger => withFields(host.logging.logger, { executionId, runNo, ...parentOf(scope) })
    this.logger = duringReplay(
      forwarding(current),
      () => this.#pass.isReplaying,
      () => host.logging.replay,
    )
  }

  get executionId(): string {
    return this.#pass.journal.run.executionId
  }

  get runNo(): number {
    return this.#pass.journal.run.runNo
  }

  get workflowName(): string {
    return this.#pass.journal.run.workflow
  }

  get version(): string {
    return this.#pass.journal.run.version
  }

  get namespace(): string {
    return this.#pass.journal.run.namespace
  }

  get startedAt(): Date {
    return new Date(this.#pass.journal.run.startedAt)
  }

  get tenantId(): string | undefined {
    return this.#pass.journal.run.tenantId ?? undefined
  }

  get isReplaying(): boolean {
    return this.#pass.isReplaying
  }

  get executionMode(): ExecutionMode {
    return this.#pass.isReplaying ? 'replaying' : 'executing'
  }

  get checkpointToken(): string {
    return this.#pass.journal.checkpointToken
  }

  get signal(): AbortSignal {
    return this.#pass.signal
  }

  getInput<Input = unknown>(): Input {
    // What the starter gave was encoded as this value; its type is for the workflow to say.
    return this.#host.input() as Input
  }

  getRawInput(): string | Uint8Array {
    return this.#pass.journal.run.input.data
  }

  step<T>(name: string, fn: StepBody<T>, options?: StepOptions): Promise<T> {
    return call(() => step(this.#pass, this.#scope, name, fn, options))
  }

  tryStep<T>(name: string, fn: StepBody<T>, options?: StepOptions): Promise<StepOutcome<T>> {
    return call(() => tryStep(step(this.#pass, this.#scope, name, fn, options)))
  }

  sideEffect<T>(name: string, fn: () => T): Promise<T> {
    return call(() => sideEffect(this.#pass, this.#scope, name, fn))
  }

  sleep(name: string, duration: Duration): Promise<void> {
    return call(() => sleep(this.#pass, this.#scope, name, duration))
  }

  wait(name: string, duration: Duration): Promise<void> {
    return this.sleep(name, duration)
  }

  sleepUntil(name: string, date: Date | number): Promise<void> {
    return call(() => sleepUntil(this.#pass, this.#scope, name, date))
  }

  now(): Date {
    return new Date(this.#pass.latestAt)
  }

  elapsed(): number {
    return this.#pass.latestAt - this.#pass.journal.run.startedAt
  }

  random(): number {
    this.#pass.refuseMisuse('random', this.#scope)
    return this.#scope.random.next()
  }

  randomUUID(): string {
    this.#pass.refuseMisuse('randomUUID', this.#scope)
    return this.#scope.random.uuid()
  }

  waitForEvent<T>(name: string, options?: WaitForEventOptions): Promise<T | undefined> {
    const { capabilities } = this.#pass.journal
    if (capabilities.events === 'none') throw unsupported(capabilities.adapter, 'waitForEvent')
    return call(() => waitForEvent<T>(this.#pass, this.#scope, name, options))
  }

  runInChildContext<T>(
    name: string,
    fn: (ctx: DurableContextOps) => T | Promise<T>,
    options?: ChildContextOptions,
  ): Promise<T> {
    return call(() => {
      if (typeof fn !== 'function') throw new ValidationError({ field: 'fn', value: fn, limit: 'a function' })
      return childContext(
        this.#pass,
        this.#scope,
        name,
        (inner) => fn(createContext(this.#host, inner)),
        options,
      )
    })
  }

  configureLogger(options: LoggerOptions): void {
    checkOptions(options, ['logger', 'replay'], 'options')
    const { logging } = this.#host
    this.#host.logging = {
      logger: options.logger === undefined ? logging.logger : safeLogger(options.logger),
      replay: options.replay ?? logging.replay,
    }
  }

  /** Which adapter this is, for the members that it lacks. */
  get [adapterName](): string {
    return this.#pass.journal.capabilities.adapter
  }
}

for (const member of Object.keys(capabilityOf) as GatedMember[]) {
  if (member in Context.prototype) continue
  // A getter serves methods and properties alike: touching what is not there says so.
  Object.defineProperty(Context.prototype, member, {
    configurable: true,
    get(this: Context) {
      throw unsupported(this[adapterName], member)
    },
  })
}

/** A context over one scope of a pass. */
export function createContext(host: ContextHost, scope: Scope): DurableContextOps {
  // Members that the class does not write down were added to its prototype above.
  return new Context(host, scope) as unknown as DurableContextOps
}

function unsupported(adapter: string, member: GatedMember): UnsupportedOperationError {
  return new UnsupportedOperationError({ adapter, capability: capabilityOf[member] })
}

function call<T>(operation: () => Promise<T>): Promise<T> {
  try {
    const promise = operation()
    promise.catch(() => {})
    return promise
  } catch (error) {
    const promise = Promise.reject(error)
    promise.catch(() => {})
    return promise
  }
}

function forwarding(current: () => Logger): Logger {
  return {
    debug: (message, data) => current().debug(message, data),
    info: (message, data) => current().info(message, data),
    warn: (message, data) => current().warn(message, data),
    error: (message, data) => current().error(message, data),
  }
}

function parentOf(scope: Scope): Readonly<Record<string, string>> {
  return scope.path.operationId === null ? {} : { parent: scope.path.readable }
}
