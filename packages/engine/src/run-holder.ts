import {
  type CommitAnswer,
  type CommitEntry,
  type EnterContext,
  giveWay,
  type HoldAnswer,
  type HolderView,
  type InboxMessage,
  isSettledStep,
  type LoadPage,
  type OperationRecord,
  type PassOptions,
  type RunKey,
  type RunRecord,
  runWorkflow,
  type TopicRequest,
  toMs,
} from '@perdure/core'
import { DamagedRows } from './damaged-rows.js'
import type { EngineCore } from './engine-core.js'
import type { JournalEnding, JournalHost } from './journal-host.js'
import type { LeaseKeeper } from './lease-keeper.js'
import { LoadingRun } from './loading-run.js'
import type { RegisteredWorkflow } from './registry.js'
import { RunJournal } from './run-journal.js'

/** How large a page of a journal is. */
const pageSize = 1_000
/** How much is read of an inbox at a time. */
const maxMessageBytes = 4 * 1024 * 1024
const defaultCancelGrace = '30s'

export interface HoldSettings {
  readonly leaseMs: number
  readonly bodyGraceMs: number
  readonly watchdogMs: number
  /** Into the async context of whoever holds the runs. */
  readonly enterHome: EnterContext
  /** Where user code owns its process: why it may not go on. */
  readonly explainDrop?: () => Promise<Error>
}

/** Who is told what becomes of a run that is held. */
export interface HoldListener {
  held(journal: RunJournal): void
  /** A turn that gives the run up is on its way. */
  leaving(): void
  /** That turn was answered, whatever the answer. */
  stayed(): void
  released(journal: RunJournal, dueAt: number | null): void
  /** Whether it matters that the run settles a step, or is proven. */
  isOnTrial(run: RunKey): boolean
  settledStep(run: RunKey): void
  /** Its row says that this process has lived with it for long enough. */
  proven(run: RunKey): void
  /** It was released, and its code has gone on. */
  wanted(journal: RunJournal): void
  ended(journal: RunJournal, ending: JournalEnding): void
}

/** A run just leased, and when the request for it was sent. */
export interface Leased {
  readonly row: RunRecord
  readonly now: number
  readonly sentAt: number
}

/** Brings leased runs to life: reads their journal if there is one, and runs their workflow over it. */
export class RunHolder {
  readonly #core: EngineCore
  readonly #keeper: LeaseKeeper
  readonly #settings: HoldSettings

  constructor(core: EngineCore, keeper: LeaseKeeper, settings: HoldSettings) {
    this.#core = core
    this.#keeper = keeper
    this.#settings = settings
  }

  /**
   * Run it from its first line. A run that has recorded nothing reads nothing. `isDirect`: waits block in this process
   * and the run is never let go.
   */
  async begin(
    workflow: RegisteredWorkflow,
    leased: Leased,
    listener: HoldListener,
    isDirect = false,
  ): Promise<RunJournal> {
    const { row, now, sentAt } = leased
    const { clock } = this.#core.options
    const run = new LoadingRun(row, viewOf(row, now), sentAt, clock, this.#settings.leaseMs)
    const operations = row.applied === null ? [] : await this.#load(run)
    const journal = this.#journal(workflow, run, operations, listener, isDirect)
    if (run.isLost) journal.lose(run.status)
    else runWorkflow(workflow, this.#passOptions(workflow, journal, isDirect))
    return journal
  }

  /** Go on with a live function: nothing was written since it stopped. */
  resume(journal: RunJournal, { row, now, sentAt }: Leased): void {
    journal.resume(row, viewOf(row, now), sentAt)
    if (journal.isHeld) this.#keeper.add(journal)
  }

  #journal(
    workflow: RegisteredWorkflow,
    { row, seen }: LoadingRun,
    operations: readonly OperationRecord[],
    listener: HoldListener,
    isDirect: boolean,
  ): RunJournal {
    const host = this.#host(workflow, listener, isDirect)
    const journal = new RunJournal(host, row, operations, seen.view, seen.sentAt)
    this.#keeper.add(journal)
    listener.held(journal)
    return journal
  }

  #host(workflow: RegisteredWorkflow, listener: HoldListener, isDirect: boolean): JournalHost {
    const { options, store, registry, log } = this.#core
    const { clock, logger } = options
    const { leaseMs, enterHome } = this.#settings
    // A journal is called by user code as well, in its own async context.
    return {
      capabilities: store.capabilities,
      leaseMs,
      isDirect,
      build: registry.buildOf(workflow),
      cancelGraceMs: toMs(workflow.options.cancelGrace ?? defaultCancelGrace, 'cancelGrace'),
      monotonic: () => clock.monotonic(),
      schedule: (delayMs, run) => clock.schedule(delayMs, run),
      commit: (entry) => enterHome(() => this.#commit(entry, listener)),
      refresh: (journal) => this.#refresh(journal),
      messages: (run, topics) => this.#messages(run, topics),
      released: (journal, dueAt) => {
        this.#keeper.remove(journal)
        enterHome(() => listener.released(journal, dueAt))
      },
      wanted: (journal) => enterHome(() => listener.wanted(journal)),
      recorded: (journal, operation) => log.recorded(journal.run, operation),
      ended: (journal, ending) => {
        this.#keeper.remove(journal)
        if (ending.finish !== undefined) log.ended(journal.run, ending.finish)
        if (ending.blocked !== undefined) log.blocked(journal.run, ending.blocked)
        enterHome(() => listener.ended(journal, ending))
      },
      warn: (message, data) => logger.warn(message, data),
    }
  }

  async #commit(entry: CommitEntry, listener: HoldListener): Promise<CommitAnswer> {
    const { lane, options } = this.#core
    const deadline = options.clock.monotonic() + this.#settings.leaseMs
    if (entry.turn.kind === 'continue') {
      return listener.isOnTrial(entry.key)
        ? this.#onTrial(entry, deadline, listener)
        : lane.commit(entry, deadline)
    }
    const answer = lane.commit(entry, deadline)
    listener.leaving()
    try {
      return await answer
    } finally {
      listener.stayed()
    }
  }

  async #onTrial(entry: CommitEntry, deadline: number, listener: HoldListener): Promise<CommitAnswer> {
    const answer = await this.#core.lane.commit(entry, deadline)
    if (answer.kind !== 'applied') return answer
    if (entry.proven === true) listener.proven(entry.key)
    else if (entry.operations.some(isSettledStep)) listener.settledStep(entry.key)
    return answer
  }

  #passOptions(workflow: RegisteredWorkflow, journal: RunJournal, isDirect: boolean): PassOptions {
    const { clock, logger, userLogger, codec, maxPayloadBytes } = this.#core.options
    const { bodyGraceMs, watchdogMs, enterHome, explainDrop } = this.#settings
    return {
      journal,
      clock,
      logger,
      userLogger,
      codec: workflow.options.codec ?? codec,
      maxPayloadBytes,
      bodyGraceMs,
      // A script may do what it likes between two durable calls.
      watchdogMs: isDirect ? null : watchdogMs,
      events: workflow.options.events ?? {},
      onUnvisited: workflow.options.onUnvisited ?? 'warn',
      enterHome,
      ...(explainDrop === undefined ? {} : { explainDrop }),
    }
  }

  /** Many may be read at once: timers have their turn between the pages, and leases are kept. */
  async #load(run: LoadingRun): Promise<OperationRecord[]> {
    this.#keeper.add(run)
    try {
      return await this.#pages(run)
    } finally {
      this.#keeper.remove(run)
    }
  }

  async #pages(run: LoadingRun): Promise<OperationRecord[]> {
    const { namespace, executionId, runNo } = run.key
    const operations: OperationRecord[] = []
    let cursor: string | null = null
    do {
      await giveWay()
      const page: LoadPage = await this.#core.store.load({
        namespace,
        executionId,
        runNo,
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      })
      if (page.damage !== undefined) throw new DamagedRows(page.damage)
      for (const operation of page.operations) operations.push(operation)
      cursor = page.cursor
    } while (cursor !== null && !run.isLost)
    return operations
  }

  async #messages(
    { namespace, executionId, runNo }: RunRecord,
    topics: readonly TopicRequest[],
  ): Promise<readonly InboxMessage[]> {
    const messages: InboxMessage[] = []
    for (let left = topics; ; ) {
      const page = await this.#core.store.messages({
        namespace,
        executionId,
        runNo,
        topics: left,
        maxBytes: maxMessageBytes,
      })
      if (page.damage !== undefined) throw new DamagedRows(page.damage)
      messages.push(...page.messages)
      if (!page.more || page.messages.length === 0) return messages
      left = left.flatMap((each) => restOf(each, page.messages))
    }
  }

  async #refresh({ key, row }: RunJournal): Promise<HoldAnswer> {
    const { leaseMs } = this.#settings
    const [answer] = await this.#core.store.renew({ leaseMs, holdings: [{ key, fence: row.fence }] })
    return answer ?? { kind: 'fenced' }
  }
}

function viewOf(row: RunRecord, now: number): HolderView {
  return { now, inboxSeq: row.inboxSeq, control: row.control, leaseUntil: row.leaseUntil }
}

/** What is left to ask for of a topic, if anything is. */
function restOf(
  { topic, after, limit }: TopicRequest,
  messages: readonly InboxMessage[],
): readonly TopicRequest[] {
  const own = messages.filter((message) => message.topic === topic)
  const left = limit - own.length
  return left === 0 ? [] : [{ topic, after: own.at(-1)?.inboxSeq ?? after, limit: left }]
}
