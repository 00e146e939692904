import { randomUUID } from 'node:crypto'
import {
  captureHome,
  checkChosenExecutionId,
  checkOptions,
  containRejections,
  corruptedReason,
  type DurableContextOps,
  type Duration,
  EngineClosedError,
  type EnterContext,
  ExecutionAlreadyExistsError,
  ExecutionTerminatedError,
  InputMismatchError,
  LeaseHeldError,
  LeaseLostError,
  StoreError,
  showError,
  toMs,
} from '@perdure/core'
import { DamagedRows } from './damaged-rows.js'
import type { EngineCore } from './engine-core.js'
import { failure } from './execution-handle.js'
import { HeldLooks } from './held-looks.js'
import { homeClock } from './home-clock.js'
import type { JournalEnding } from './journal-host.js'
import { LeaseKeeper } from './lease-keeper.js'
import type { LocalNews } from './local-bus.js'
import { poll, pollMsFor } from './poll.js'
import type { RegisteredWorkflow } from './registry.js'
import { type HoldListener, type Leased, RunHolder } from './run-holder.js'
import type { RunJournal } from './run-journal.js'
import { setAside } from './set-aside.js'
import { newRun } from './start-options.js'

/** How an execution is opened. Every field may be left out. */
export interface OpenOptions {
  readonly input?: unknown
  /** For how long the execution is held without a sign of life. @default '30s' */
  readonly lease?: Duration
}

/** The context of an execution that runs in the caller's own code; `completeExecution` ends it. */
export type DirectContext = DurableContextOps

const directWorkflow = 'direct'

/** An execution without a worker: the caller's code is the workflow, and waits block in this process. */
export class DirectExecution {
  readonly #core: EngineCore
  readonly #executionId: string
  readonly #stops: (() => void)[] = []
  /** Of the call that opened it. */
  readonly #enterHome: EnterContext = captureHome()
  #journal: RunJournal | undefined
  #end!: (ending: JournalEnding) => void
  readonly #ended = new Promise<JournalEnding>((resolve) => {
    this.#end = resolve
  })

  constructor(core: EngineCore, executionId: string) {
    const clock = homeClock(core.options.clock, this.#enterHome)
    this.#core = { ...core, options: { ...core.options, clock } }
    this.#executionId = checkChosenExecutionId(executionId, 'executionId')
  }

  /**
   * Start or resume it, and hold it.
   *
   * @throws LeaseHeldError, ExecutionAlreadyExistsError, InputMismatchError, and what `start` throws
   */
  async open(options: OpenOptions = {}): Promise<DirectContext> {
    checkOptions(options, ['input', 'lease'], 'options')
    const leaseMs = toMs(options.lease ?? '30s', 'options.lease', { minMs: 100 })
    await this.#create(options)
    const leased = await this.#acquire(leaseMs)
    const { clock, logger } = this.#core.options
    const warn = (message: string, error: unknown): void => logger.warn(message, { error })
    const keeper = new LeaseKeeper(this.#core.store, clock, leaseMs, warn)
    const holder = new RunHolder(this.#core, keeper, {
      leaseMs,
      bodyGraceMs: 10_000,
      watchdogMs: 10_000,
      enterHome: this.#enterHome,
      explainDrop: () => this.#explain(),
    })
    return new Promise((resolve, reject) => {
      const workflow = this.#workflow(resolve)
      holder
        .begin(workflow, leased, this.#listener, true)
        .catch((error: unknown) => this.#refuse(error, leased, leaseMs))
        .then((journal) => this.#follow(journal), reject)
      // If that comes before the first line of the script, nothing else says so.
      void this.#ended.then(() => this.#explain()).then(reject, reject)
    })
  }

  /** Resolves when this process does not hold it any more. */
  get ended(): Promise<unknown> {
    return this.#ended
  }

  /** Give the execution up; the script is run again to resume it. */
  async close(): Promise<void> {
    this.#enterHome(() => this.#journal?.abandon())
    if (this.#journal !== undefined) await this.#ended
  }

  async #create({ input }: OpenOptions): Promise<void> {
    const run = await newRun(
      this.#core,
      { name: directWorkflow, version: '1' },
      { id: this.#executionId, input },
      'options',
      true,
    )
    const [answer] = await this.#core.store.create([run])
    const details = { executionId: this.#executionId }
    if (answer?.kind === 'exists') {
      throw new ExecutionAlreadyExistsError(
        `Execution ${this.#executionId} has already ended (${answer.status}).`,
        details,
      )
    }
    if (answer?.kind === 'mismatch') {
      throw new InputMismatchError(
        `Execution ${this.#executionId} exists with another ${answer.field}.`,
        details,
      )
    }
  }

  async #acquire(leaseMs: number): Promise<Leased> {
    const { store, options } = this.#core
    const sentAt = options.clock.monotonic()
    const answer = await store.acquire({
      namespace: options.namespace,
      executionId: this.#executionId,
      requestId: randomUUID(),
      workerId: randomUUID(),
      leaseMs,
    })
    const details = { executionId: this.#executionId }
    switch (answer.kind) {
      case 'acquired':
        return { row: answer.run, now: answer.now, sentAt }
      case 'corrupted':
        throw this.#unreadable(answer.damage)
      case 'leased':
        throw new LeaseHeldError(
          `Execution ${this.#executionId} is held by another process for up to ${answer.remainingMs} ms.`,
          { ...details, remainingMs: answer.remainingMs },
        )
      default:
        throw new ExecutionAlreadyExistsError(`Execution ${this.#executionId} has already ended.`, details)
    }
  }

  /** A journal that cannot be read is set aside, as a worker does. Throws why the execution cannot be opened. */
  async #refuse(error: unknown, leased: Leased, leaseMs: number): Promise<never> {
    if (!(error instanceof DamagedRows)) throw error
    await setAside(this.#core, leased, leaseMs, corruptedReason(leased.row, error.message))
    throw this.#unreadable(error.message)
  }

  #unreadable(damage: string): StoreError {
    return new StoreError(
      `Execution ${this.#executionId} cannot be opened: what is stored of it cannot be read (${damage}).`,
      { executionId: this.#executionId, retryable: false },
    )
  }

  /** A workflow whose body is whatever the caller does until it ends the execution. */
  #workflow(opened: (context: DirectContext) => void): RegisteredWorkflow {
    return {
      name: directWorkflow,
      version: '1',
      digest: 'direct',
      options: { name: directWorkflow },
      run: (context: DurableContextOps) =>
        new Promise<unknown>((resolve, reject) => {
          Object.defineProperties(context, {
            completeExecution: {
              value: (output: unknown) => this.#finish('COMPLETED', () => resolve(output)),
            },
            failExecution: { value: (error: unknown) => this.#finish('FAILED', () => reject(error)) },
          })
          opened(context)
        }),
    }
  }

  async #finish(wanted: 'COMPLETED' | 'FAILED', end: () => void): Promise<void> {
    end()
    const { finish } = await this.#ended
    // Else it was cancelled or timed out, its output cannot be stored, or it is not held any more.
    if (finish?.status !== wanted) throw await this.#explain()
  }

  /** Why the script may not go on; it hears of that where it waits. */
  async #explain(): Promise<Error> {
    const { reason, finish, blocked } = await this.#ended
    const { executionId, runNo } = this.#journal?.key ?? { executionId: this.#executionId, runNo: 1 }
    const details = { executionId, runNo, reason }
    if (finish !== undefined) {
      const error = finish.error === null ? null : await showError(finish.error, this.#core.options.codec)
      return failure(executionId, runNo, { status: finish.status, error })
    }
    if (reason === 'TERMINATED')
      return new ExecutionTerminatedError(`Execution ${executionId} was terminated.`, details)
    if (reason === 'CLOSED')
      return new EngineClosedError('The engine was closed before the execution had ended.', details)
    const why = blocked === undefined ? reason : `${reason}: ${blocked.message}`
    return new LeaseLostError(
      `Execution ${executionId} is no longer held by this process (${why}): what it has recorded is kept. Run the ` +
        'script again to go on.',
      details,
    )
  }

  /** Messages come while a script waits: look when something is said to have changed, and now and then. */
  #follow(journal: RunJournal): void {
    this.#journal = journal
    if (!journal.isHeld) return
    this.#stops.push(containRejections())
    const { store, bus, options } = this.#core
    const warn = (message: string, error: unknown): void => options.logger.warn(message, { error })
    const looks = new HeldLooks(store, options.clock, () => [journal], warn)
    const look = (): void => this.#enterHome(() => looks.look())
    this.#stops.push(
      bus.onNews((news) => this.#enterHome(() => this.#told(news, looks))),
      store.watch(look),
      poll(options.clock, pollMsFor(store.capabilities), look),
      () => looks.stop(),
    )
    // What was told while it was being opened was told to nobody.
    looks.look()
  }

  /** This process wrote something. */
  #told(news: LocalNews, looks: HeldLooks): void {
    if (news.kind === 'relayed') looks.look()
    else if (news.kind === 'received' && news.namespace === this.#core.options.namespace) {
      if (news.executionId === this.#executionId) void this.#journal?.lookSafely()
    }
  }

  readonly #listener: HoldListener = {
    held: () => {},
    leaving: () => {},
    stayed: () => {},
    isOnTrial: () => false,
    settledStep: () => {},
    proven: () => {},
    released: () => {},
    wanted: () => {},
    ended: (journal, ending) => {
      for (const stop of this.#stops.splice(0)) stop()
      const { finish } = ending
      if (finish !== undefined) this.#core.bus.finished({ run: journal.run, ...finish })
      this.#end(ending)
    },
  }
}
