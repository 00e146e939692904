import { claimAt, type ExecutionStatus, isTerminal, type OperationRecord, type Store } from '@perdure/core'
import { createEngine, type Engine } from '@perdure/engine'
import { type MemoryStore, memory } from '@perdure/memory'
import type { DeployedWorkflow } from '../context/context-driver.js'
import { HeldCalls } from '../faults/held-calls.js'
import type { StoreInterceptor } from '../faults/intercept-store.js'
import { SimulatedProcess } from '../faults/simulated-process.js'
import { walkTime } from '../faults/walk-time.js'
import { auditExecutions } from '../store/audit-executions.js'
import { VirtualClock } from '../virtual-clock.js'
import type { Choose, Possibility } from './explore.js'

const leaseMs = 10_000
/** No scene of the suite takes more leases than this to come to its end. */
const maxLeases = 20

export interface EngineSceneOptions {
  readonly workflow: DeployedWorkflow
  /** How many sleeping executions a worker keeps alive. @default as many as by default */
  readonly maxWarm?: number
  /** How often, at any point, a lease may pass. @default 0 */
  readonly lapses?: number
  /** What is wrong with the store, for a test of the scene itself. @default nothing */
  readonly damage?: (intact: Store) => Partial<Store>
  /** Called for every call that is let through: it may throw, and then the call fails. @default nothing */
  readonly intercept?: StoreInterceptor
  /** Also the order in which answers come back is chosen. @default false */
  readonly holdsAnswers?: boolean
}

/** Engines in processes of their own over one store, whose calls arrive in the order that is chosen. */
export class EngineScene {
  readonly clock: VirtualClock = new VirtualClock()
  readonly calls: HeldCalls
  readonly #store: MemoryStore = memory({ clock: this.clock })
  readonly #options: EngineSceneOptions
  readonly #acts: Promise<unknown>[] = []
  #lapsesLeft: number

  constructor(options: EngineSceneOptions) {
    this.#options = options
    this.#lapsesLeft = options.lapses ?? 0
    this.calls = new HeldCalls({
      verbs: ['claim', 'commit', 'append', 'control', 'messages', 'renew'],
      answers: options.holdsAnswers === true ? ['claim', 'commit', 'messages'] : [],
    })
  }

  /** An engine in a process of its own. */
  process(actor: string): Engine {
    const { damage = () => ({}), intercept = (_call, apply) => apply() } = this.#options
    const handle = memory({ clock: this.clock, database: this.#store.database })
    const held = this.calls.of(actor)
    const { store, clock } = new SimulatedProcess(
      { ...handle, ...damage(handle) },
      this.clock,
      (call, apply) => held(call, () => intercept(call, apply)),
    )
    return createEngine({ store, clock, logger: false, workflows: [this.#options.workflow] })
  }

  /** A process with a worker, which has found nothing to do yet. */
  async worker(actor: string): Promise<void> {
    const { maxWarm } = this.#options
    const warmth = maxWarm === undefined ? {} : { maxWarm }
    await this.process(actor)
      .createWorker({ lease: leaseMs, ...warmth })
      .start()
    await this.calls.quiet()
  }

  /** Starts the execution `one`; nothing of it happens yet. */
  async start(): Promise<void> {
    this.calls.hold()
    await this.process('starter').start<unknown, unknown>(this.#options.workflow as never, { id: 'one' })
  }

  /** Somebody does something that takes calls. */
  act(acting: Promise<unknown>): void {
    acting.catch(() => {})
    this.#acts.push(acting)
  }

  /** Lets everything happen in the order that is chosen, and then whatever is left. */
  async play(choose: Choose): Promise<void> {
    for (;;) {
      await this.calls.quiet()
      const { held } = this.calls
      if (held.length === 0) break
      const lapse = { actor: 'time', what: 'lapses', letThrough: () => this.#lapse() }
      const possible: (Possibility & { letThrough(): void })[] =
        this.#lapsesLeft > 0 ? [...held, lapse] : [...held]
      choose(possible).letThrough()
    }
    this.calls.release()
    await Promise.all(this.#acts)
    await this.#bringToRest()
  }

  get status(): ExecutionStatus {
    return this.#newest().status
  }

  /** The steps that are recorded, by name. */
  get recorded(): readonly string[] {
    const operations: readonly OperationRecord[] = this.#store.database.rows().operations
    return operations.filter(({ type }) => type === 'STEP').map(({ name }) => name)
  }

  /** What the execution returned; rejects with how it ended otherwise, or if it has not ended. */
  async result(): Promise<unknown> {
    const { status } = this.#newest()
    if (!isTerminal(status)) throw new Error(`The execution is ${status} and nothing will happen to it`)
    return (await this.process('reader').get('one')).result()
  }

  /** What can never be true of the rows: nothing, it is hoped. */
  findings(): readonly string[] {
    return auditExecutions(this.#store.database.rows())
  }

  #newest(): ReturnType<MemoryStore['database']['newestRuns']>[number] {
    const row = this.#store.database.newestRun({ namespace: 'main', executionId: 'one' })
    if (row === null) throw new Error('The execution does not exist')
    return row
  }

  #lapse(): void {
    this.#lapsesLeft -= 1
    this.clock.advance(leaseMs)
  }

  /** What waits only for time to pass goes on when it has. */
  async #bringToRest(): Promise<void> {
    for (let leases = 0; leases < maxLeases && claimAt(this.#newest()) !== null; leases += 1) {
      await walkTime(this.clock, leaseMs, () => this.calls.quiet())
    }
  }
}
