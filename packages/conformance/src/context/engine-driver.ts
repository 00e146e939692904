import { type Clock, isTerminal, type Logger, type Store } from '@perdure/core'
import { createEngine, type Engine } from '@perdure/engine'
import type { StoreInterceptor } from '../faults/intercept-store.js'
import { SimulatedProcess } from '../faults/simulated-process.js'
import { walkTime } from '../faults/walk-time.js'
import { Acknowledged } from '../store/acknowledged.js'
import { auditExecutions } from '../store/audit-executions.js'
import type { StoreProbe } from '../store/store-under-test.js'
import { VirtualClock } from '../virtual-clock.js'
import type {
  ContextDriver,
  CreateContextDriver,
  DeployedWorkflow,
  DriverStart,
  DriverStatus,
  WriteListener,
} from './context-driver.js'

export interface EngineDriverOptions {
  /** A new and empty store, whose time is the given clock, and how to remove it. With a probe its rows are audited. */
  readonly create: (given: { readonly clock: Clock }) => Promise<{
    readonly store: Store
    readonly probe?: StoreProbe
    readonly destroy: () => Promise<void>
  }>
  /** Keep no live function: every suspension is followed by a replay. @default false */
  readonly evict?: boolean
  /** What a crash delays executions by. The suite's own waits are longer than the default. @default 5_000 */
  readonly leaseMs?: number
}

/**
 * Reaches executions through an engine over a store. A crash leaves the engine as it is and cuts it off; another one on
 * the same store takes its place, and gets a worker when it is to recover.
 */
export function engineDriver({
  create,
  evict = false,
  leaseMs = 5_000,
}: EngineDriverOptions): CreateContextDriver {
  return async ({ logger }) => {
    const clock = new VirtualClock()
    const { store, probe, destroy } = await create({ clock })
    await store.open()
    const acknowledged = new Acknowledged()
    const watched = acknowledged.watch(store)
    const driver = new EngineDriver(watched, clock, logger, leaseMs, evict ? { maxWarm: 0 } : {})
    return Object.assign(driver, {
      audit: async () => (probe === undefined ? [] : auditExecutions(await probe(), acknowledged)),
      close: async () => {
        driver.crash()
        await destroy()
      },
    })
  }
}

class EngineDriver implements Omit<ContextDriver, 'close'> {
  readonly #store: Store
  readonly #clock: VirtualClock
  readonly #logger: Logger
  readonly #leaseMs: number
  readonly #warmth: { readonly maxWarm?: number }
  #process: SimulatedProcess
  #engine: Engine
  #workflows: readonly DeployedWorkflow[] = []
  #buildNo = 0
  #writeNo = 0
  #listener: WriteListener | undefined

  constructor(
    store: Store,
    clock: VirtualClock,
    logger: Logger,
    leaseMs: number,
    warmth: { readonly maxWarm?: number },
  ) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
    this.#leaseMs = leaseMs
    this.#warmth = warmth
    this.#process = this.#fork()
    this.#engine = this.#boot()
  }

  get capabilities(): ContextDriver['capabilities'] {
    return this.#store.capabilities
  }

  now(): number {
    return this.#clock.now()
  }

  async deploy(workflows: readonly DeployedWorkflow[]): Promise<void> {
    await this.#engine.close()
    this.#workflows = workflows
    this.#buildNo += 1
    this.crash()
    // It takes time, and the worker that starts then is later than what the one before has blocked.
    if (this.#buildNo > 1) this.#clock.advance(1)
    await this.#work()
    await this.settle()
  }

  async start(workflow: DeployedWorkflow, { executionId, input, timeoutMs }: DriverStart): Promise<void> {
    const timeout = timeoutMs === undefined ? {} : { timeout: timeoutMs }
    await this.#engine.start<unknown, unknown>(workflow as never, { id: executionId, input, ...timeout })
  }

  async sendEvent(executionId: string, name: string, payload: unknown, dedupeId?: string): Promise<void> {
    await this.#engine.sendEvent(executionId, name, payload, dedupeId === undefined ? {} : { dedupeId })
  }

  cancel(executionId: string, reason?: string): Promise<boolean> {
    return this.#engine.cancel(executionId, reason)
  }

  terminate(executionId: string, reason?: string): Promise<boolean> {
    return this.#engine.terminate(executionId, reason)
  }

  async status(executionId: string): Promise<DriverStatus> {
    const { executions } = await this.#engine.list({ limit: 1_000 })
    const found = executions.find((each) => each.executionId === executionId)
    if (found === undefined) throw new Error(`There is no execution ${executionId}`)
    const { status, runNo, blocked } = found
    return { status, runNo, ...(blocked === undefined ? {} : { blocked }) }
  }

  async result(executionId: string): Promise<unknown> {
    const run = await this.#engine.get(executionId)
    const status = await run.status()
    if (!isTerminal(status)) throw new Error(`Execution ${executionId} has not ended: it is ${status}`)
    return run.result()
  }

  history(executionId: string): ReturnType<ContextDriver['history']> {
    return this.#engine.history(executionId)
  }

  settle(): Promise<void> {
    return this.#process.quiet()
  }

  advance(ms: number): Promise<void> {
    return walkTime(this.#clock, ms, () => this.settle())
  }

  onWrite(listener: WriteListener): void {
    this.#listener = listener
  }

  crash(): void {
    this.#process.kill()
    this.#process = this.#fork()
    this.#engine = this.#boot()
  }

  async recover(): Promise<void> {
    await this.#work()
    await this.advance(this.#leaseMs)
  }

  async #work(): Promise<void> {
    await this.#engine.createWorker({ lease: this.#leaseMs, ...this.#warmth }).start()
  }

  #fork(): SimulatedProcess {
    return new SimulatedProcess(this.#store, this.#clock, this.#observe)
  }

  #boot(): Engine {
    return createEngine({
      store: this.#process.store,
      clock: this.#process.clock,
      workflows: this.#workflows,
      logger: this.#logger,
      build: `build-${this.#buildNo}`,
    })
  }

  readonly #observe: StoreInterceptor = async (call, apply) => {
    const isCommit = call.verb === 'commit' && call.request.entries.length > 0
    if (this.#listener === undefined || !(isCommit || call.verb === 'claim')) return apply()
    this.#writeNo += 1
    const write = { writeNo: this.#writeNo, kind: isCommit ? 'commit' : 'claim' } as const
    await this.#listener({ ...write, when: 'before' })
    const answer = await apply()
    await this.#listener?.({ ...write, when: 'after' })
    return answer
  }
}
