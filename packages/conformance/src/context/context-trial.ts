import {
  type Capabilities,
  capabilityNames,
  type DurableContextOps,
  type Duration,
  defineWorkflow,
  type EventSchemas,
  hasCapability,
  isDurableError,
  type Logger,
  toMs,
  type WorkflowOptions,
} from '@perdure/core'
import type { Requirement } from '../requirement.js'
import type { ContextDriver, CreateContextDriver, DeployedWorkflow, WriteListener } from './context-driver.js'
import { Launched } from './launched.js'

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
