import {
  type Capabilities,
  capabilityNames,
  type DurableContextOps,
  type DurableError,
  type Duration,
  defineWorkflow,
  type EventSchemas,
  type ExecutionStatus,
  hasCapability,
  isDurableError,
  type Logger,
  toMs,
  UnsupportedOperationError,
  type WorkflowOptions,
} from '@perdure/core'
import type { HistoryEvent } from '@perdure/engine'
import type { Requirement } from '../requirement.js'
import type {
  ContextDriver,
  CreateContextDriver,
  DeployedWorkflow,
  DriverStatus,
  WriteListener,
} from './context-driver.js'

export type ContextRequirement = Requirement<ContextTrial>

/** A line that was logged. */
export interface LogLine {
  readonly level: keyof Logger
  readonly message: string
  readonly data: Readonly<Record<string, unknown>> | undefined
}

/** What a requirement gives a workflow to do. */
export type Handler<Input, Output> = (ctx: DurableContextOps, input: Input) => Promise<Output>

export interface LaunchOptions<Input> {
  readonly executionId?: string
  readonly input?: Input
  readonly timeout?: Duration
  readonly workflow?: Partial<Omit<WorkflowOptions, 'name' | 'input' | 'output' | 'codec' | 'events'>> & {
    readonly events?: EventSchemas
  }
}

/** One place for executions in one requirement, and the way to more of them. */
export class ContextTrial {
  readonly driver: ContextDriver
  readonly logged: LogLine[]
  readonly #create: CreateContextDriver
  readonly #opened: ContextDriver[]
  readonly #launched: Launched<unknown>[] = []

  private constructor(
    driver: ContextDriver,
    logged: LogLine[],
    create: CreateContextDriver,
    opened: ContextDriver[],
  ) {
    this.driver = driver
    this.logged = logged
    this.#create = create
    this.#opened = opened
  }

  static async open(create: CreateContextDriver, opened: ContextDriver[] = []): Promise<ContextTrial> {
    const logged: LogLine[] = []
    const driver = await create({ logger: loggerTo(logged) })
    opened.push(driver)
    return new ContextTrial(driver, logged, create, opened)
  }

  /** Another place, new and empty. */
  another(): Promise<ContextTrial> {
    return ContextTrial.open(this.#create, this.#opened)
  }

  async close(): Promise<void> {
    for (const driver of this.#opened) await driver.close()
  }

  get capabilities(): Capabilities {
    return this.driver.capabilities
  }

  /** Defines a workflow with this handler, deploys it alone, and starts one execution of it. */
  async launch<Input, Output>(
    handler: Handler<Input, Output>,
    options: LaunchOptions<Input> = {},
  ): Promise<Launched<Output>> {
    const workflow = await this.deploy(handler, options.workflow)
    return this.start<Output>(workflow, options)
  }

  /** Replaces the code that runs by a workflow with this handler. */
  async deploy<Input, Output>(
    handler: Handler<Input, Output>,
    options: LaunchOptions<Input>['workflow'] = {},
  ): Promise<DeployedWorkflow> {
    const workflow = define(handler, options)
    await this.driver.deploy([workflow])
    await this.#checkRefusal()
    return workflow
  }

  async start<Output>(
    workflow: DeployedWorkflow,
    {
      executionId = 'one',
      input,
      timeout,
    }: Omit<LaunchOptions<never>, 'input'> & { readonly input?: unknown } = {},
  ): Promise<Launched<Output>> {
    const timeoutMs = timeout === undefined ? {} : { timeoutMs: toMs(timeout, 'timeout') }
    await this.driver.start(workflow, { executionId, input, ...timeoutMs })
    const launched = new Launched<Output>(this, executionId)
    this.#launched.push(launched)
    await this.settle()
    return launched
  }

  async settle(): Promise<void> {
    await this.driver.settle()
    await this.#checkRefusal()
  }

  async advance(duration: Duration): Promise<void> {
    await this.driver.advance(toMs(duration, 'duration'))
    await this.#checkRefusal()
  }

  /** The process dies and another one takes over. */
  async restart(): Promise<void> {
    this.driver.crash()
    await this.recover()
  }

  async recover(): Promise<void> {
    await this.driver.recover()
    await this.#checkRefusal()
  }

  onWrite(listener: WriteListener): void {
    this.driver.onWrite(listener)
  }

  /** The messages that were logged at a level. */
  messages(level: keyof Logger): readonly string[] {
    return this.logged.filter((line) => line.level === level).map(({ message }) => message)
  }

  /** An execution that failed because the adapter lacks a capability shows that it was refused: so is the check. */
  async #checkRefusal(): Promise<void> {
    for (const launched of this.#launched) {
      const refusal = await launched.refusal()
      if (refusal !== undefined && isRefusal(refusal, this.capabilities)) throw refusal
    }
  }
}

/** One execution, seen from outside. */
export class Launched<Output> {
  readonly executionId: string
  readonly #trial: ContextTrial

  constructor(trial: ContextTrial, executionId: string) {
    this.#trial = trial
    this.executionId = executionId
  }

  async result(): Promise<Output> {
    await this.#trial.settle()
    // The handler that the execution was launched with returns an Output.
    return (await this.#driver.result(this.executionId)) as Output
  }

  /** The error that `result` rejects with. */
  async failure(): Promise<DurableError & { readonly cause?: unknown }> {
    let output: unknown
    try {
      output = await this.result()
    } catch (error) {
      if (isDurableError(error)) return error
      throw error
    }
    throw new Error(`Execution ${this.executionId} completed with ${JSON.stringify(output)}`)
  }

  async status(): Promise<ExecutionStatus> {
    return (await this.describe()).status
  }

  describe(): Promise<DriverStatus> {
    return this.#driver.status(this.executionId)
  }

  /** Sends an event and settles. */
  async send(name: string, payload?: unknown, dedupeId?: string): Promise<void> {
    await this.#driver.sendEvent(this.executionId, name, payload, dedupeId)
    await this.#trial.settle()
  }

  /** Cancels and settles. */
  async cancel(reason?: string): Promise<boolean> {
    if (this.#driver.cancel === undefined) throw this.#lacking('cancel')
    const accepted = await this.#driver.cancel(this.executionId, reason)
    await this.#trial.settle()
    return accepted
  }

  /** Terminates and settles. */
  async terminate(reason?: string): Promise<boolean> {
    if (this.#driver.terminate === undefined) throw this.#lacking('cancel')
    const accepted = await this.#driver.terminate(this.executionId, reason)
    await this.#trial.settle()
    return accepted
  }

  history(): Promise<readonly HistoryEvent[]> {
    return this.#driver.history(this.executionId)
  }

  /** How each operation that has ended did so, by the order in which they ended: `name STATUS`. */
  async ended(): Promise<readonly string[]> {
    const events = await this.history()
    return events.flatMap((event) =>
      event.kind === 'OperationEnded' ? [`${event.name} ${event.status}`] : [],
    )
  }

  /** The names of the operations that were recorded as started. */
  async started(): Promise<readonly string[]> {
    const events = await this.history()
    return events.flatMap((event) => (event.kind === 'OperationStarted' ? [event.name] : []))
  }

  /** The typed refusal that the execution failed of, if it did. */
  async refusal(): Promise<UnsupportedOperationError | undefined> {
    if ((await this.status()) !== 'FAILED') return undefined
    const outcome: unknown = await this.#driver.result(this.executionId).catch((error: unknown) => error)
    for (let error = outcome; error instanceof Error; error = error.cause) {
      // Branded errors of this code are made by this class only.
      if (isDurableError(error, 'UNSUPPORTED_OPERATION')) return error as UnsupportedOperationError
    }
    return undefined
  }

  get #driver(): ContextDriver {
    return this.#trial.driver
  }

  #lacking(capability: string): UnsupportedOperationError {
    return new UnsupportedOperationError({ adapter: this.#trial.capabilities.adapter, capability })
  }
}

/** A workflow of the one name that all requirements share. */
export function define<Input, Output>(
  handler: Handler<Input, Output>,
  options: LaunchOptions<Input>['workflow'] = {},
): DeployedWorkflow {
  // Declared events only narrow what `ctx` says of their payloads.
  return defineWorkflow(
    { ...options, name: 'trial' },
    handler as Handler<unknown, unknown>,
  ) as DeployedWorkflow
}

/** True if the adapter said by its typed error that it cannot do what its manifest says it cannot do. */
export function isRefusal(error: unknown, manifest: Capabilities): boolean {
  if (!isDurableError(error, 'UNSUPPORTED_OPERATION')) return false
  const missing = capabilityNames.filter((name) => !hasCapability(manifest, name))
  return missing.some((name) => name === error.details['capability'])
}

function loggerTo(lines: LogLine[]): Logger {
  const at =
    (level: keyof Logger): Logger[typeof level] =>
    (message, data) =>
      void lines.push({ level, message, data })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
