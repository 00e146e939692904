import {
  type ControlAction,
  type CreateAnswer,
  checkExecutionId,
  checkName,
  checkOptions,
  checkPayloadSize,
  encodeReason,
  isTerminal,
  type NewRun,
  type RunRecord,
  type RunTarget,
  requireCapability,
  showError,
  ValidationError,
  validateWithSchema,
} from '@perdure/core'
import { closedEngine, setAside, startedRun, throwUnlessAppended, unknownExecution } from './answers.js'
import { type DirectContext, DirectExecution, type OpenOptions } from './direct-execution.js'
import type { Engine, ExecutionPage, GetOptions, ListOptions } from './engine.js'
import { codecOf, type EngineCore, payloadLimits } from './engine-core.js'
import {
  createHandle,
  type ExecutionHandle,
  type HandleHost,
  type SendEventOptions,
} from './execution-handle.js'
import { type HistoryEvent, readHistory } from './history.js'
import { listExecutions, obstacleOf, resolveListOptions, showRuns } from './listing.js'
import { UnservedStarts } from './logging/unserved-starts.js'
import { checkInteger, resolveWorkerOptions, type WorkerOptions } from './options.js'
import type { RegisteredWorkflow } from './registry.js'
import { ResultWatch, type RunOutcome } from './result-watch.js'
import { StartLane } from './start-lane.js'
import { newRun, type StartOptions, type WorkflowName } from './start-options.js'
import { storeUntilClosed } from './store-until-closed.js'
import { checkUnblockFilter, type UnblockFilter, unblockMany } from './unblock-many.js'
import { readValue, writeValue } from './values.js'
import { EngineWorker, type Worker } from './worker.js'

/** An engine over a store: checks what it is given, asks the store, and says what it answered. */
export class StoreEngine implements Engine {
  /** What its workers are given: they are stopped before the engine is closed. */
  readonly #workerCore: EngineCore
  readonly #core: EngineCore
  readonly #starts: StartLane
  readonly #results: ResultWatch
  readonly #unserved: UnservedStarts
  readonly #workers: EngineWorker[] = []
  readonly #direct = new Set<DirectExecution>()
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(core: EngineCore) {
    const { options, bus } = core
    const store = storeUntilClosed(core.store, () => this.#closing !== undefined)
    this.#workerCore = core
    this.#core = { ...core, store }
    this.#starts = new StartLane(store, () => bus.tell({ kind: 'due', namespace: options.namespace }))
    this.#results = new ResultWatch({
      ...{ store, bus, namespace: options.namespace, clock: options.clock },
      warn: (error) => options.logger.warn('Results could not be looked for; trying again.', { error }),
    })
    this.#unserved = new UnservedStarts(store, options.clock, options.logger)
  }

  async start<Output>(workflow: WorkflowName, options?: StartOptions): Promise<ExecutionHandle<Output>> {
    const run = await newRun(this.#core, workflow, options)
    await this.#ready()
    return this.#started<Output>(run, await this.#starts.create(run))
  }

  async startMany<Output>(
    workflow: WorkflowName,
    options: readonly StartOptions[],
  ): Promise<readonly ExecutionHandle<Output>[]> {
    if (!Array.isArray(options))
      throw new ValidationError({ field: 'options', value: options, limit: 'an array' })
    const runs = []
    for (const [index, each] of options.entries())
      runs.push(await newRun(this.#core, workflow, each, `options[${index}]`))
    await this.#ready()
    // Each for itself: the last one may be answered long after the first.
    return Promise.all(runs.map(async (run) => this.#started<Output>(run, await this.#starts.create(run))))
  }

  async open(executionId: string, options?: OpenOptions): Promise<DirectContext> {
    const direct = new DirectExecution(this.#core, executionId)
    await this.#ready()
    const context = await direct.open(options)
    if (this.#closing !== undefined) {
      await direct.close()
      throw closedEngine()
    }
    this.#direct.add(direct)
    void direct.ended.then(() => this.#direct.delete(direct))
    return context
  }

  async get<Output>(executionId: string, options: GetOptions = {}): Promise<ExecutionHandle<Output>> {
    const { runNo, lifeNo } = await this.#find(executionId, options)
    const target = options.runNo === undefined ? { lifeNo } : { runNo }
    return createHandle<Output>(this.#handleHost, {
      executionId,
      runNo,
      target,
      created: false,
      wasOver: false,
    })
  }

  async list(options?: ListOptions): Promise<ExecutionPage> {
    const resolved = resolveListOptions(options)
    await this.#ready()
    return listExecutions(this.#core, resolved)
  }

  async history(executionId: string, options: GetOptions = {}): Promise<readonly HistoryEvent[]> {
    const run = await this.#find(executionId, options)
    return readHistory(this.#core.store, run, codecOf(this.#core, run))
  }

  sendEvent(executionId: string, name: string, payload?: unknown, options?: SendEventOptions): Promise<void> {
    return this.#sendEvent(executionId, name, payload, options)
  }

  async #sendEvent(
    executionId: string,
    name: string,
    payload: unknown,
    options: SendEventOptions = {},
    target?: RunTarget,
  ): Promise<void> {
    const { store, bus, options: engine } = this.#core
    checkExecutionId(executionId, 'executionId')
    checkName(name, 'name')
    checkOptions(options, ['dedupeId'], 'options')
    const dedupeId = options.dedupeId === undefined ? null : checkName(options.dedupeId, 'options.dedupeId')
    requireCapability(store.capabilities, 'events')
    await this.#ready()
    const receiver = await this.#receiver(executionId, name)
    const codec = receiver?.codec ?? engine.codec
    const value = await writeValue(payload, 'payload', codec)
    checkPayloadSize(value, { field: 'payload', ...payloadLimits(this.#core) })
    const schema = receiver?.events?.[name]
    if (schema !== undefined) await validateWithSchema(schema, payload, 'payload')
    const message = {
      kind: 'event',
      topic: `event:${name}`,
      runNo: null,
      value,
      error: null,
      outcome: null,
      dedupeId,
    } as const
    const to = { namespace: engine.namespace, executionId }
    const [answer] = await store.append([target === undefined ? { to, message } : { to, target, message }])
    throwUnlessAppended(executionId, name, answer)
    bus.tell({ kind: 'received', namespace: engine.namespace, executionId })
  }

  cancel(executionId: string, reason?: string): Promise<boolean> {
    return this.#end('cancel', executionId, reason)
  }

  terminate(executionId: string, reason?: string): Promise<boolean> {
    return this.#end('terminate', executionId, reason)
  }

  async pause(executionId: string): Promise<boolean> {
    requireCapability(this.#core.store.capabilities, 'pause')
    return this.#control(executionId, { kind: 'pause' })
  }

  async resume(executionId: string): Promise<boolean> {
    requireCapability(this.#core.store.capabilities, 'pause')
    return this.#control(executionId, { kind: 'resume' })
  }

  unblock(executionId: string): Promise<boolean>
  unblock(filter: UnblockFilter): Promise<number>
  async unblock(which: string | UnblockFilter): Promise<boolean | number> {
    if (typeof which === 'string') return this.#control(which, { kind: 'unblock' })
    const filter = checkUnblockFilter(which)
    await this.#ready()
    return unblockMany(this.#core, filter)
  }

  createWorker(options?: WorkerOptions): Worker {
    if (this.#closing !== undefined) throw closedEngine()
    const worker = new EngineWorker(
      this.#workerCore,
      resolveWorkerOptions(this.#core.store.capabilities, options),
    )
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
    this.#results.close(closedEngine())
    this.#core.log.flush()
    await this.#core.leaveStore()
  }

  async #ready(): Promise<void> {
    if (this.#closing !== undefined) throw closedEngine()
    this.#opening ??= this.#core.store.open()
    try {
      await this.#opening
    } catch (error) {
      // The next call tries again.
      this.#opening = undefined
      throw error
    }
    if (this.#closing !== undefined) throw closedEngine()
  }

  #started<Output>(run: NewRun, answer: CreateAnswer | undefined): ExecutionHandle<Output> {
    const { executionId } = run
    const started = startedRun(executionId, answer)
    const { runNo, lifeNo } = started
    const created = started.kind === 'created'
    if (created) this.#results.created({ namespace: this.#core.options.namespace, executionId, runNo })
    const isKnown = this.#core.registry.find(run.workflow, run.version) !== undefined
    if (created && !isKnown) void this.#unserved.started(run)
    const wasOver = !('now' in started) && isTerminal(started.status)
    return createHandle<Output>(this.#handleHost, {
      executionId,
      runNo,
      target: { lifeNo },
      created,
      wasOver,
    })
  }

  async #find(executionId: string, options: GetOptions): Promise<RunRecord> {
    checkExecutionId(executionId, 'executionId')
    checkOptions(options, ['runNo'], 'options')
    const { runNo } = options
    if (runNo !== undefined) checkInteger(runNo, 'options.runNo', 1, Number.MAX_SAFE_INTEGER)
    return this.#read(executionId, runNo === undefined ? undefined : { runNo })
  }

  /** The newest run there is, or the one that is meant. */
  async #read(executionId: string, target: RunTarget | undefined): Promise<RunRecord> {
    await this.#ready()
    const { namespace } = this.#core.options
    const [row] = await this.#core.store.read([{ namespace, executionId, ...target }])
    if (row !== null && row !== undefined) return row
    throw unknownExecution(executionId, target !== undefined && 'runNo' in target ? target.runNo : undefined)
  }

  /** What is known here of the workflow that an event or a reason is for, if that can change how it is sent. */
  async #receiver(executionId: string, event?: string): Promise<RegisteredWorkflow['options'] | undefined> {
    const { registry } = this.#core
    const isDeclared = event !== undefined && registry.declaresEvent(event)
    if (!isDeclared && !registry.hasOwnCodecs) return undefined
    const { workflow, version } = await this.#read(executionId, undefined)
    return registry.find(workflow, version)?.options
  }

  async #end(
    kind: 'cancel' | 'terminate',
    executionId: string,
    reason: string | undefined,
    target?: RunTarget,
  ): Promise<boolean> {
    requireCapability(this.#core.store.capabilities, 'cancel')
    checkExecutionId(executionId, 'executionId')
    if (reason !== undefined && typeof reason !== 'string')
      throw new ValidationError({ field: 'reason', value: reason, limit: 'a text' })
    await this.#ready()
    const codec = (await this.#receiver(executionId))?.codec ?? this.#core.options.codec
    const said = reason === undefined ? null : await encodeReason(reason, codec)
    return this.#control(executionId, { kind, reason: said }, target)
  }

  async #control(executionId: string, action: ControlAction, target?: RunTarget): Promise<boolean> {
    checkExecutionId(executionId, 'executionId')
    await this.#ready()
    const { store, bus, options } = this.#core
    const request = { namespace: options.namespace, executionId, action }
    const [answer] = await store.control([target === undefined ? request : { ...request, target }])
    if (answer === undefined || answer.kind === 'unknown') throw unknownExecution(executionId)
    if (answer.kind === 'refused' && answer.setAside !== undefined)
      throw setAside(executionId, answer.setAside)
    if (answer.kind === 'refused') return false
    if (isTerminal(answer.status)) {
      const { status, output, error, ...run } = await this.#read(executionId, target)
      // By now it may have been started again.
      if (isTerminal(status)) bus.finished({ run, status, output, error })
    }
    bus.tell({ kind: 'received', namespace: options.namespace, executionId })
    return true
  }

  readonly #handleHost: HandleHost = {
    schedule: (delayMs, run) => this.#core.options.clock.schedule(delayMs, run),
    status: async (executionId, target) => {
      const [shown] = await showRuns(this.#core, [await this.#read(executionId, target)])
      return shown?.status ?? 'PENDING'
    },
    outcome: async (executionId, runNo, signal) => {
      await this.#ready()
      const { namespace } = this.#core.options
      return this.#results.wait({ namespace, executionId, runNo }, signal)
    },
    obstacle: async (executionId, runNo) => obstacleOf(this.#core, await this.#read(executionId, { runNo })),
    decode: (outcome) => this.#decode(outcome),
    show: (error, run) => showError(error, codecOf(this.#core, run)),
    cancel: (executionId, reason, target) => this.#end('cancel', executionId, reason, target),
    terminate: (executionId, reason, target) => this.#end('terminate', executionId, reason, target),
    sendEvent: (executionId, name, payload, options, target) =>
      this.#sendEvent(executionId, name, payload, options, target),
  }

  async #decode({ run, output }: RunOutcome): Promise<unknown> {
    return output === null ? undefined : readValue(output, 'output', codecOf(this.#core, run))
  }
}
