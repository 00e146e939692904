import {
  type AppendAnswer,
  type BlockedReason,
  type ControlAction,
  type CreateAnswer,
  checkExecutionId,
  checkName,
  checkOptions,
  checkPayloadSize,
  decodeValue,
  EngineClosedError,
  type ErrorObject,
  ExecutionAlreadyExistsError,
  ExecutionNotRunningError,
  type ExecutionStatus,
  encodeValue,
  executionStatuses,
  InboxFullError,
  InputMismatchError,
  isTerminal,
  type RunRecord,
  requireCapability,
  UnknownExecutionError,
  ValidationError,
  validateWithSchema,
} from '@perdure/core'
import { type DirectContext, DirectExecution, type OpenOptions } from './direct-execution.js'
import { createEngineCore, type EngineCore } from './engine-core.js'
import {
  createHandle,
  type ExecutionHandle,
  type HandleHost,
  type SendEventOptions,
} from './execution-handle.js'
import { type HistoryEvent, readHistory } from './history.js'
import { checkInteger, type EngineOptions, resolveEngineOptions, resolveWorkerOptions, type WorkerOptions } from './options.js'
import { type RunOutcome, ResultWatch } from './result-watch.js'
import { isDue, type ShownStatus, shownStatus, workerSilenceMs } from './shown-status.js'
import { StartLane } from './start-lane.js'
import { newRun, type StartOptions, type WorkflowName } from './start-options.js'
import { EngineWorker, type Worker } from './worker.js'

/** A workflow by its code, which also gives the types, or by its name. */
export type WorkflowSource<Input, Output> = {
  readonly name: string
  readonly version: string
  readonly '~types'?: { readonly input: Input; readonly output: Output }
}

/** Which run of an execution. */
export interface GetOptions {
  /** @default the newest */
  readonly runNo?: number
}

/** Which executions to list. */
export interface ListOptions {
  readonly status?: ExecutionStatus | readonly ExecutionStatus[]
  /** 1 to 1,000. @default 100 */
  readonly limit?: number
  /** Where the page before ended. */
  readonly cursor?: string
}

/** An execution in a list. */
export interface ExecutionSummary {
  readonly executionId: string
  readonly runNo: number
  readonly workflowName: string
  readonly version: string
  readonly queue: string
  readonly status: ExecutionStatus
  readonly blocked?: Omit<BlockedReason, 'build'>
  readonly error?: ErrorObject
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly finishedAt?: Date
}

/** A page of executions, newest first. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionSummary[]
  /** Give it to the next call; undefined on the last page. */
  readonly cursor?: string
}

/** Starts, looks at and steers executions; makes workers that run them. */
export interface Engine {
  /**
   * Start an execution, or find the one that has this id.
   *
   * @throws ValidationError, UnknownWorkflowError, SerializationError, PayloadTooLargeError,
   * ExecutionAlreadyExistsError, InputMismatchError; nothing is written then
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   * import { createEngine } from '@perdure/engine'
   * import { memory } from '@perdure/memory'
   *
   * const greet = defineWorkflow({ name: 'greet' }, async (ctx, name: string) =>
   *   ctx.step('compose', () => `Hello, ${name}`),
   * )
   * const engine = createEngine({ store: memory(), workflows: [greet] })
   * const worker = engine.createWorker()
   * await worker.start()
   * const run = await engine.start(greet, { id: 'greet-1', input: 'Ada' })
   * console.log(await run.result())
   * await engine.close()
   * ```
   */
  start<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    options?: StartOptions<NoInfer<Input>>,
  ): Promise<ExecutionHandle<Output>>
  start<Output = unknown>(workflow: string, options?: StartOptions): Promise<ExecutionHandle<Output>>
  /** Start many of one workflow in few writes. One that cannot be started rejects the call; the others are started. */
  startMany<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    options: readonly StartOptions<NoInfer<Input>>[],
  ): Promise<readonly ExecutionHandle<Output>[]>
  startMany<Output = unknown>(
    workflow: string,
    options: readonly StartOptions[],
  ): Promise<readonly ExecutionHandle<Output>[]>
  /**
   * Run an execution in the caller's own code: every operation of the context works, waits block in this process, and
   * running the script again resumes it. No worker ever claims it. `ctx.completeExecution(value)` ends it.
   *
   * @throws LeaseHeldError if another process holds it, ExecutionAlreadyExistsError if it has ended, InputMismatchError
   */
  open(executionId: string, options?: OpenOptions): Promise<DirectContext>
  /** @throws UnknownExecutionError */
  get<Output = unknown>(executionId: string, options?: GetOptions): Promise<ExecutionHandle<Output>>
  list(options?: ListOptions): Promise<ExecutionPage>
  /** Everything that is recorded of a run. @throws UnknownExecutionError */
  history(executionId: string, options?: GetOptions): Promise<readonly HistoryEvent[]>
  /**
   * Send an event to an execution; it is kept until the workflow waits for it.
   *
   * @throws UnknownExecutionError, ExecutionNotRunningError, InboxFullError, ValidationError, SerializationError,
   * PayloadTooLargeError
   */
  sendEvent(executionId: string, name: string, payload?: unknown, options?: SendEventOptions): Promise<void>
  /** Ask an execution to stop and clean up; true if accepted: then it ends as CANCELLED. @throws UnknownExecutionError */
  cancel(executionId: string, reason?: string): Promise<boolean>
  /** Stop an execution at once, running no more of its code; true if accepted. @throws UnknownExecutionError */
  terminate(executionId: string, reason?: string): Promise<boolean>
  /**
   * Hold an execution: bodies that run finish and are recorded, nothing new starts, timers and events wait for the
   * resume. True if accepted. @throws UnknownExecutionError
   */
  pause(executionId: string): Promise<boolean>
  /** Let a paused execution go on; true if accepted. @throws UnknownExecutionError */
  resume(executionId: string): Promise<boolean>
  /** Let a BLOCKED execution be tried again; true if accepted. @throws UnknownExecutionError */
  unblock(executionId: string): Promise<boolean>
  createWorker(options?: WorkerOptions): Worker
  /** Stop the workers, give up what is held, end what waits, close the store. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * An engine over a store.
 *
 * @throws ValidationError, DuplicateWorkflowError, UnsupportedOperationError (what a workflow `requires`)
 */
export function createEngine(options: EngineOptions): Engine {
  return new StoreEngine(createEngineCore(resolveEngineOptions(options)))
}

class StoreEngine implements Engine {
  readonly #core: EngineCore
  readonly #starts: StartLane
  readonly #results: ResultWatch
  readonly #workers: EngineWorker[] = []
  readonly #direct = new Set<DirectExecution>()
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(core: EngineCore) {
    this.#core = core
    const { store, options, bus } = core
    this.#starts = new StartLane(store, () => bus.work())
    this.#results = new ResultWatch(store, options.clock, bus)
  }

  async start<Output>(workflow: WorkflowName, options?: StartOptions): Promise<ExecutionHandle<Output>> {
    const run = await newRun(this.#core, workflow, options)
    await this.#ready()
    return this.#started<Output>(run.executionId, await this.#starts.create(run))
  }

  async startMany<Output>(
    workflow: WorkflowName,
    options: readonly StartOptions[],
  ): Promise<readonly ExecutionHandle<Output>[]> {
    if (!Array.isArray(options)) throw new ValidationError({ field: 'options', value: options, limit: 'an array' })
    const runs = []
    for (const [index, each] of options.entries()) runs.push(await newRun(this.#core, workflow, each, `options[${index}]`))
    await this.#ready()
    const answers = await Promise.all(runs.map((run) => this.#starts.create(run)))
    return runs.map(({ executionId }, index) => this.#started<Output>(executionId, answers[index]))
  }

  async open(executionId: string, options?: OpenOptions): Promise<DirectContext> {
    const direct = new DirectExecution(this.#core, executionId)
    await this.#ready()
    const context = await direct.open(options)
    this.#direct.add(direct)
    return context
  }

  async get<Output>(executionId: string, options: GetOptions = {}): Promise<ExecutionHandle<Output>> {
    const { runNo } = await this.#read(executionId, options)
    return createHandle<Output>(this.#handleHost, executionId, runNo)
  }

  async list(options: ListOptions = {}): Promise<ExecutionPage> {
    checkOptions(options, ['status', 'limit', 'cursor'], 'options')
    const limit = checkInteger(options.limit ?? 100, 'options.limit', 1, 1_000)
    const statuses = checkStatuses(options.status)
    await this.#ready()
    const { store, options: engine } = this.#core
    const { runs, cursor } = await store.list({
      namespace: engine.namespace,
      statuses,
      limit,
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    })
    const shown = await this.#show(runs)
    const executions = runs.map((run, index) => summaryOf(run, shown[index] ?? { status: run.status }))
    return cursor === null ? { executions } : { executions, cursor }
  }

  async history(executionId: string, options: GetOptions = {}): Promise<readonly HistoryEvent[]> {
    return readHistory(this.#core.store, await this.#read(executionId, options))
  }

  async sendEvent(
    executionId: string,
    name: string,
    payload?: unknown,
    options: SendEventOptions = {},
  ): Promise<void> {
    const { store, bus, options: engine } = this.#core
    checkExecutionId(executionId, 'executionId')
    checkName(name, 'name')
    checkOptions(options, ['dedupeId'], 'options')
    const dedupeId = options.dedupeId === undefined ? null : checkName(options.dedupeId, 'options.dedupeId')
    const value = engine.codec === undefined ? encodeValue(payload, 'payload').encoded : await engine.codec.encode(payload)
    checkPayloadSize(value, { field: 'payload', limitBytes: engine.maxPayloadBytes })
    await this.#ready()
    await this.#checkEvent(executionId, name, payload)
    const message = { kind: 'event', topic: `event:${name}`, runNo: null, value, error: null, outcome: null, dedupeId } as const
    const [answer] = await store.append([{ to: { namespace: engine.namespace, executionId }, message }])
    throwUnlessAppended(executionId, name, answer)
    bus.work({ namespace: engine.namespace, executionId })
  }

  cancel(executionId: string, reason?: string): Promise<boolean> {
    return this.#control(executionId, { kind: 'cancel', reason: reason ?? null })
  }

  terminate(executionId: string, reason?: string): Promise<boolean> {
    return this.#control(executionId, { kind: 'terminate', reason: reason ?? null })
  }

  pause(executionId: string): Promise<boolean> {
    requireCapability(this.#core.store.capabilities, 'pause')
    return this.#control(executionId, { kind: 'pause' })
  }

  resume(executionId: string): Promise<boolean> {
    requireCapability(this.#core.store.capabilities, 'pause')
    return this.#control(executionId, { kind: 'resume' })
  }

  unblock(executionId: string): Promise<boolean> {
    return this.#control(executionId, { kind: 'unblock' })
  }

  createWorker(options?: WorkerOptions): Worker {
    if (this.#closing !== undefined) throw closed()
    const worker = new EngineWorker(this.#core, resolveWorkerOptions(options))
    this.#workers.push(worker)
    return worker
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()))
    await Promise.all([...this.#direct].map((direct) => direct.close()))
    this.#results.close(closed())
    await this.#core.store.close()
  }

  async #ready(): Promise<void> {
    if (this.#closing !== undefined) throw closed()
    this.#opening ??= this.#core.store.open()
    try {
      await this.#opening
    } catch (error) {
      // The next call tries again.
      this.#opening = undefined
      throw error
    }
  }

  #started<Output>(executionId: string, answer: CreateAnswer | undefined): ExecutionHandle<Output> {
    switch (answer?.kind) {
      case 'created':
      case 'existing':
        return createHandle<Output>(this.#handleHost, executionId, answer.runNo)
      case 'mismatch': {
        const details = { executionId, runNo: answer.runNo, field: answer.field }
        throw new InputMismatchError(
          `Execution ${executionId} exists with another ${answer.field}: give this one an id of its own.`,
          details,
        )
      }
      default: {
        const status = answer?.status ?? 'unknown'
        throw new ExecutionAlreadyExistsError(
          `Execution ${executionId} exists (${status}) and its id may not be used again: choose another id, or an ` +
            'idReusePolicy that allows it.',
          { executionId, status },
        )
      }
    }
  }

  async #read(executionId: string, options: GetOptions): Promise<RunRecord> {
    checkExecutionId(executionId, 'executionId')
    checkOptions(options, ['runNo'], 'options')
    const { runNo } = options
    if (runNo !== undefined) checkInteger(runNo, 'options.runNo', 1, Number.MAX_SAFE_INTEGER)
    await this.#ready()
    const { namespace } = this.#core.options
    const key = { namespace, executionId, ...(runNo === undefined ? {} : { runNo }) }
    const [row] = await this.#core.store.read([key])
    if (row === null || row === undefined) throw unknown(executionId, runNo)
    return row
  }

  async #show(runs: readonly RunRecord[]): Promise<ShownStatus[]> {
    const { store, options } = this.#core
    const now = options.clock.now()
    const isAnyDue = runs.some((run) => isDue(run, now))
    const seenSince = now - workerSilenceMs
    const workers = isAnyDue ? await store.workers({ namespace: options.namespace, seenSince }) : []
    return runs.map((run) => shownStatus(run, workers, now))
  }

  /** A declared event is checked before it is written, where this process knows the workflow. */
  async #checkEvent(executionId: string, name: string, payload: unknown): Promise<void> {
    const { registry } = this.#core
    if (!registry.declaresEvent(name)) return
    const { workflow, version } = await this.#read(executionId, {})
    const schema = registry.find(workflow, version)?.options.events?.[name]
    if (schema !== undefined) await validateWithSchema(schema, payload, 'payload')
  }

  async #control(executionId: string, action: ControlAction): Promise<boolean> {
    checkExecutionId(executionId, 'executionId')
    if ('reason' in action && action.reason !== null && typeof action.reason !== 'string') {
      throw new ValidationError({ field: 'reason', value: action.reason, limit: 'a text' })
    }
    await this.#ready()
    const { store, bus, options } = this.#core
    const [answer] = await store.control([{ namespace: options.namespace, executionId, action }])
    if (answer === undefined || answer.kind === 'unknown') throw unknown(executionId, undefined)
    if (answer.kind === 'refused') return false
    const { status } = answer
    if (isTerminal(status)) {
      const { output, error, ...run } = await this.#read(executionId, {})
      bus.finished({ run, status, output, error })
    }
    bus.work({ namespace: options.namespace, executionId })
    return true
  }

  readonly #handleHost: HandleHost = {
    schedule: (delayMs, run) => this.#core.options.clock.schedule(delayMs, run),
    status: async (executionId, runNo) => {
      const [shown] = await this.#show([await this.#read(executionId, { runNo })])
      return shown?.status ?? 'PENDING'
    },
    outcome: async (executionId, runNo, signal) => {
      await this.#ready()
      const { namespace } = this.#core.options
      return this.#results.wait({ namespace, executionId, runNo }, signal)
    },
    decode: (outcome) => this.#decode(outcome),
    cancel: (executionId, reason) => this.cancel(executionId, reason),
    terminate: (executionId, reason) => this.terminate(executionId, reason),
    sendEvent: (executionId, name, payload, options) => this.sendEvent(executionId, name, payload, options),
  }

  async #decode({ output }: RunOutcome): Promise<unknown> {
    if (output === null) return undefined
    const { codec } = this.#core.options
    return codec === undefined ? decodeValue(output, 'output') : await codec.decode(output)
  }
}

function checkStatuses(status: ListOptions['status']): readonly ExecutionStatus[] {
  const statuses = status === undefined ? [] : typeof status === 'string' ? [status] : status
  if (!Array.isArray(statuses)) throw new ValidationError({ field: 'options.status', value: status, limit: 'a status' })
  for (const each of statuses) {
    if (executionStatuses.includes(each)) continue
    throw new ValidationError({ field: 'options.status', value: each, limit: `one of ${executionStatuses.join(', ')}` })
  }
  return statuses
}

function summaryOf(run: RunRecord, shown: ShownStatus): ExecutionSummary {
  return {
    executionId: run.executionId,
    runNo: run.runNo,
    workflowName: run.workflow,
    version: run.version,
    queue: run.queue,
    ...shown,
    ...(run.error === null ? {} : { error: run.error }),
    createdAt: new Date(run.createdAt),
    ...(run.startedAt === null ? {} : { startedAt: new Date(run.startedAt) }),
    ...(run.finishedAt === null ? {} : { finishedAt: new Date(run.finishedAt) }),
  }
}

function throwUnlessAppended(executionId: string, name: string, answer: AppendAnswer | undefined): void {
  const details = { executionId, name }
  switch (answer?.kind) {
    case 'appended':
    case 'duplicate':
      return
    case 'full':
      throw new InboxFullError(
        `The inbox of execution ${executionId} holds ${answer.limit} events that nobody has waited for.`,
        { ...details, limit: answer.limit },
      )
    case 'finished':
    case 'dropped':
      throw new ExecutionNotRunningError(`Execution ${executionId} has ended and takes no events.`, details)
    default:
      throw unknown(executionId, undefined)
  }
}

function unknown(executionId: string, runNo: number | undefined): UnknownExecutionError {
  const run = runNo === undefined ? '' : ` with run ${runNo}`
  return new UnknownExecutionError(`There is no execution ${executionId}${run} in this namespace.`, {
    executionId,
    ...(runNo === undefined ? {} : { runNo }),
  })
}

function closed(): EngineClosedError {
  return new EngineClosedError('This engine was closed; create another one.')
}
