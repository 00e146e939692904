import {
  type Clock,
  type DurableContextOps,
  type Duration,
  defineWorkflow,
  type Store,
  toMs,
  type WorkflowOptions,
} from '@perdure/core'
import {
  type AnyWorkflow,
  createEngine,
  type Engine,
  type EngineOptions,
  type WorkerOptions,
} from '@perdure/engine'
import type { StoreCall, StoreInterceptor, StoreVerb } from '../faults/intercept-store.js'
import { SimulatedProcess } from '../faults/simulated-process.js'
import { walkTime } from '../faults/walk-time.js'
import type { Requirement } from '../requirement.js'
import type { StoreUnderTest } from '../store/store-under-test.js'
import { VirtualClock } from '../virtual-clock.js'

export type EngineRequirement = Requirement<EngineTrial>

/** A new and empty store, whose time is the given clock, and how to remove it. */
export type CreateStoreForEngine = (given: { readonly clock: Clock }) => Promise<{
  readonly store: Store
  /** A second handle on the same data. Left out: the first stands in. */
  readonly another?: () => Promise<Store>
  /** Makes a row unreadable, past the store. Left out: what comes of that is not looked at. */
  readonly damage?: StoreUnderTest['damage']
  readonly destroy: () => Promise<void>
}>

/** How a process of a trial differs from the plain one. */
export interface ProcessOptions extends Omit<EngineOptions, 'store' | 'clock'> {
  /** Its worker; false: it has none. */
  readonly worker?: WorkerOptions | false
  /** Stands between its engine and the store. */
  readonly intercept?: StoreInterceptor
  /** False: no hint of what others do ever reaches it. */
  readonly hints?: boolean
}

/** An engine in a process of its own, and what it asked of the store. */
export interface EngineProcess {
  readonly engine: Engine
  /** Another engine over the very same store object. */
  beside(options: Omit<EngineOptions, 'store' | 'clock'>): Engine
  readonly calls: readonly StoreCall[]
  /** How often it called a verb. */
  count(verb: StoreVerb): number
  /** It dies where it stands. */
  kill(): void
}

/** For how long workers of a trial hold a run without a sign of life. */
export const leaseMs = 5_000

/** Several processes over one store, in one requirement. */
export class EngineTrial {
  readonly clock: VirtualClock
  /** Past all processes. */
  readonly store: Store
  /** Makes a row of a run unreadable; returns how to mend it. Undefined where nothing can be damaged. */
  readonly damage: StoreUnderTest['damage']
  readonly #another: (() => Promise<Store>) | undefined
  readonly #destroy: () => Promise<void>
  readonly #processes: SimulatedProcess[] = []
  readonly #handles: Store[] = []

  private constructor(made: Awaited<ReturnType<CreateStoreForEngine>>, clock: VirtualClock) {
    this.clock = clock
    this.store = made.store
    this.damage = made.damage
    this.#another = made.another
    this.#destroy = made.destroy
  }

  static async open(create: CreateStoreForEngine): Promise<EngineTrial> {
    const clock = new VirtualClock()
    const made = await create({ clock })
    await made.store.open()
    return new EngineTrial(made, clock)
  }

  async close(): Promise<void> {
    for (const each of this.#processes) each.kill()
    for (const handle of this.#handles) await handle.close()
    await this.#destroy()
  }

  /** Another process with an engine, and a worker unless it is to have none. */
  async process(options: ProcessOptions): Promise<EngineProcess> {
    const { worker = {}, hints = true, intercept = (_call, apply) => apply(), ...engineOptions } = options
    const calls: StoreCall[] = []
    const handle = await this.#handle()
    const heard = hints ? handle : { ...handle, watch: () => () => {} }
    const simulated = new SimulatedProcess(heard, this.clock, (call, apply) => {
      calls.push(call)
      return intercept(call, apply)
    })
    this.#processes.push(simulated)
    const { store, clock } = simulated
    const engine = createEngine({ logger: false, ...engineOptions, store, clock })
    if (worker !== false) await engine.createWorker({ lease: leaseMs, ...worker }).start()
    const count = (verb: StoreVerb): number => calls.filter((call) => call.verb === verb).length
    const beside: EngineProcess['beside'] = (others) =>
      createEngine({ logger: false, ...others, store, clock })
    return { engine, beside, calls, count, kill: () => simulated.kill() }
  }

  /** Lets everything run until nothing more happens by itself. */
  async settle(): Promise<void> {
    for (const each of this.#processes) await each.quiet()
  }

  async advance(duration: Duration): Promise<void> {
    await walkTime(this.clock, toMs(duration, 'duration'), () => this.settle())
  }

  /** The first process gets the store itself, each later one a handle of its own. */
  async #handle(): Promise<Store> {
    if (this.#processes.length === 0 || this.#another === undefined) return this.store
    const handle = await this.#another()
    await handle.open()
    this.#handles.push(handle)
    return handle
  }
}

/** A workflow named `trial`, unless it is to have another name or version. */
export function workflow<Input, Output>(
  handler: (ctx: DurableContextOps, input: Input) => Promise<Output>,
  options: Partial<Pick<WorkflowOptions, 'name' | 'version' | 'codec' | 'input' | 'output'>> = {},
): AnyWorkflow & { readonly '~types'?: { readonly input: Input; readonly output: Output } } {
  // Inputs and outputs are checked where the workflow is started, by the types that are kept beside it.
  return defineWorkflow(
    { name: 'trial', ...options },
    handler as (ctx: DurableContextOps, input: unknown) => Promise<unknown>,
  ) as never
}
