import { randomUUID } from 'node:crypto'
import {
  captureHome,
  containRejections,
  corruptedReason,
  type Duration,
  EngineClosedError,
  type EnterContext,
  isSameCommit,
  provenAfterMs,
  type RunRecord,
  type StoreHint,
  toMs,
} from '@perdure/core'
import { DamagedRows } from './damaged-rows.js'
import type { EngineCore } from './engine-core.js'
import { HeldLooks } from './held-looks.js'
import { homeClock } from './home-clock.js'
import { later } from './later.js'
import { LeaseKeeper } from './lease-keeper.js'
import { concerns, type LocalNews } from './local-bus.js'
import type { ResolvedWorkerOptions } from './options.js'
import { recordPassedDeadlines } from './passed-deadlines.js'
import { poll } from './poll.js'
import type { RegisteredWorkflow } from './registry.js'
import { repeat } from './repeat.js'
import { type HoldListener, type Leased, RunHolder } from './run-holder.js'
import type { RunJournal } from './run-journal.js'
import { runName } from './run-name.js'
import { poisoned, setAside } from './set-aside.js'
import { SlowStart } from './slow-start.js'
import { StrayRuns } from './stray-runs.js'
import { WakeTimer } from './wake-timer.js'
import { WarmCache } from './warm-cache.js'

/** How a worker is stopped. */
export interface StopOptions {
  /** How long bodies that run may go on; then their signals abort and what they do is dropped. @default '10s' */
  readonly grace?: Duration
}

/**
 * Runs workflows: claims runs that are due, makes progress with up to `concurrency` of them at a time, and gives each
 * up when it waits, ends, or the worker stops.
 */
export interface Worker {
  readonly workerId: string
  /**
   * Begin to claim. Resolves when the worker has announced itself. Workflows and bodies run in the async context of this
   * call, whoever starts them or sends to them.
   */
  start(): Promise<void>
  /**
   * Claim nothing more, let running bodies finish (or abort them when the grace is over), give every run up so that
   * another worker may go on at once. Resolves when nothing is held any more.
   */
  stop(options?: StopOptions): Promise<void>
  /** Work until nothing is due: what is left sleeps or waits. For tests and scripts; starts the worker if need be. */
  runUntilIdle(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A run just claimed, and how much had been told when the claim was sent. */
interface Claimed extends Leased {
  readonly newsCount: number
}

/** How often a worker writes its row. */
const announceEvery = { everyMs: 60_000, spread: 0.05 }
const relayLimit = 500

export class EngineWorker implements Worker {
  readonly workerId: string = randomUUID()
  readonly #core: EngineCore
  readonly #options: ResolvedWorkerOptions
  readonly #keeper: LeaseKeeper
  readonly #holder: RunHolder
  readonly #warm: WarmCache
  readonly #strays: StrayRuns
  readonly #wake: WakeTimer
  readonly #slowStart: SlowStart
  /** By the store's clock. */
  #startedAt = 0
  readonly #looks: HeldLooks
  readonly #held = new Map<string, RunJournal>()
  /** Claimed, and waiting for a slot. */
  #ready: Claimed[] = []
  /** Runs whose journal is being read. */
  #beginningCount = 0
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #isClaiming = false
  #isClaimWanted = false
  /** The last claim got all that it asked for: there may be more. */
  #hasBacklog = false
  /** The last claim found nothing, and nothing to relay. */
  #sawNothing = false
  /** The last claim failed; the next one is a second away. */
  #isFailing = false
  /** Until it is answered, a claim is repeated as it is: it may have been granted. */
  #requestId: string = randomUUID()
  /** Turns on their way that give a run up: their slots can be filled in the same round trip. */
  #leavingCount = 0
  #idleWaiters: (() => void)[] = []
  #emptyWaiters: (() => void)[] = []
  #stops: (() => void)[] = []
  #enterHome: EnterContext = captureHome()
  #letRejectionsGo = (): void => {}
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(core: EngineCore, options: ResolvedWorkerOptions) {
    const enterHome: EnterContext = (run) => this.#enterHome(run)
    const clock = homeClock(core.options.clock, enterHome)
    this.#core = { ...core, options: { ...core.options, clock } }
    this.#options = options
    const warn = (message: string, error: unknown): void => core.options.logger.warn(message, { error })
    this.#keeper = new LeaseKeeper(core.store, clock, options.leaseMs, warn, (run) =>
      this.#slowStart.survived(runName(run)),
    )
    this.#holder = new RunHolder(this.#core, this.#keeper, { ...options, enterHome })
    this.#warm = new WarmCache(options.maxWarm)
    this.#strays = new StrayRuns(this.#core, this.#warm)
    this.#wake = new WakeTimer(clock, () => this.#poke())
    this.#slowStart = new SlowStart(clock, options.concurrency, {
      opened: () => this.#poke(),
      proofDue: (names) => void this.#keeper.renew(names.flatMap((name) => this.#held.get(name) ?? [])),
    })
    this.#looks = new HeldLooks(core.store, clock, () => this.#held.values(), warn)
  }

  start(): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'stopped') {
      return Promise.reject(new EngineClosedError('This worker was stopped; create another one.'))
    }
    if (this.#starting !== undefined) return this.#starting
    this.#enterHome = captureHome()
    this.#letRejectionsGo = containRejections()
    this.#starting = this.#enterHome(() => this.#begin()).catch((error: unknown) => {
      // The next call tries again.
      this.#starting = undefined
      this.#letRejectionsGo()
      throw error
    })
    return this.#starting
  }

  async stop(options: StopOptions = {}): Promise<void> {
    const graceMs = toMs(options.grace ?? '10s', 'options.grace')
    this.#stopping ??= this.#enterHome(() => this.#end(graceMs))
    return this.#stopping
  }

  async runUntilIdle(): Promise<void> {
    await this.start()
    if (this.#state !== 'running') return
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve)
      this.#enterHome(() => this.#poke())
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  get #activeCount(): number {
    return this.#held.size + this.#beginningCount
  }

  get #freeCount(): number {
    return this.#options.concurrency - this.#activeCount
  }

  async #begin(): Promise<void> {
    const { store, bus, options } = this.#core
    await store.open()
    await this.#announce()
    if (this.#state !== 'new') return
    this.#state = 'running'
    this.#stops.push(bus.onNews((news) => this.#enterHome(() => this.#told(news))))
    this.#stops.push(store.watch((hint) => this.#enterHome(() => this.#hinted(hint))))
    this.#stops.push(repeat(options.clock, announceEvery, () => void this.#announce()))
    this.#stops.push(poll(options.clock, this.#options.pollIntervalMs, () => this.#polled()))
    this.#poke()
  }

  /** This process wrote something: there may be work, or mail for a run that is held. */
  #told(news: LocalNews): void {
    if (!concerns(news, this.#core.options.namespace)) return
    this.#poke()
    if (news.kind === 'due') return
    if (news.kind === 'relayed') return this.#looks.look()
    this.#looks.heard()
    for (const journal of this.#held.values()) {
      if (news.executionId === journal.key.executionId) void journal.lookSafely()
    }
  }

  /** Another process wrote something: the same, as far as the hint says what it is about. */
  #hinted(hint: StoreHint): void {
    if (hint.kind !== 'finished') this.#poke()
    if (hint.kind !== 'due') this.#looks.look()
  }

  /** Whatever was to be told may have been lost. */
  #polled(): void {
    this.#poke()
    this.#looks.look()
  }

  async #announce(): Promise<void> {
    const { store, registry, options } = this.#core
    try {
      const { workerId } = this
      const { queues } = this.#options
      const worker = { namespace: options.namespace, workerId, queues, pairs: registry.pairs() }
      const { now } = await store.announce(worker)
      if (this.#state === 'new') this.#startedAt = now
    } catch (error) {
      if (this.#state === 'new') throw error
      options.logger.warn('The worker could not announce itself.', { error, workerId: this.workerId })
    }
  }

  async #end(graceMs: number): Promise<void> {
    const starting = this.#starting
    this.#state = 'stopping'
    for (const stop of this.#stops.splice(0)) stop()
    this.#wake.stop()
    this.#strays.stop()
    this.#slowStart.stop()
    this.#looks.stop()
    this.#beginReady()
    for (const journal of [...this.#held.values()]) journal.stop()
    await this.#emptied(graceMs)
    this.#warm.clear()
    // What was dropped just now may reject something yet.
    later(this.#letRejectionsGo)
    this.#state = 'stopped'
    for (const resolve of this.#idleWaiters.splice(0)) resolve()
    if (starting === undefined) return
    const { store, bus, options } = this.#core
    // What was given up is due, and nobody waits any longer for the times of what was let go of.
    bus.tell({ kind: 'due', namespace: options.namespace })
    try {
      // A row that is still being written is removed as well.
      await starting
      await store.retire({ namespace: options.namespace, workerId: this.workerId })
    } catch (error) {
      options.logger.warn('The worker could not remove its row.', { error, workerId: this.workerId })
    }
  }

  /** Resolves when nothing is held; at the end of the grace, what is left is given up. */
  async #emptied(graceMs: number): Promise<void> {
    const isEmpty = (): boolean => this.#activeCount === 0 && this.#ready.length === 0 && !this.#isClaiming
    if (isEmpty()) return
    const stopGrace = this.#core.options.clock.schedule(graceMs, () => {
      for (const journal of [...this.#held.values()]) journal.abandon()
    })
    while (!isEmpty()) await new Promise<void>((resolve) => this.#emptyWaiters.push(resolve))
    stopGrace()
  }

  /** Something may be due, or a slot is free. */
  #poke(): void {
    if (this.#state !== 'running') return
    this.#isClaimWanted = true
    this.#sawNothing = false
    if (!this.#isClaiming) void this.#claim()
  }

  async #claim(): Promise<void> {
    this.#isClaiming = true
    try {
      while (this.#isClaimWanted && this.#state === 'running') {
        const free = this.#freeCount + this.#leavingCount - this.#ready.length
        if (free <= 0) {
          this.#hasBacklog = true
          break
        }
        this.#isClaimWanted = false
        const { isAnything, isToRelay } = await this.#claimUpTo(free)
        const isRelayed = isToRelay && (await this.#relay())
        this.#sawNothing = !isAnything && !isRelayed
        this.#isFailing = false
      }
    } catch (error) {
      this.#core.options.logger.warn('Runs could not be claimed; trying again.', { error })
      this.#isFailing = true
      this.#wake.in(1_000)
    } finally {
      this.#isClaiming = false
      this.#settle()
    }
  }

  async #claimUpTo(limit: number): Promise<{ readonly isAnything: boolean; readonly isToRelay: boolean }> {
    const { lane, registry, options } = this.#core
    const pairs = registry.pairs()
    // Nobody tells a worker that has no code whether it could relay.
    if (pairs.length === 0) return { isAnything: false, isToRelay: true }
    const sentAt = options.clock.monotonic()
    const { newsCount } = this.#looks
    const { now, claimed, nextAt, isToRelay, passedDeadlines } = await lane.claim({
      requestId: this.#requestId,
      workerId: this.workerId,
      namespace: options.namespace,
      queues: this.#options.queues,
      pairs,
      limit,
      ...this.#slowStart.room,
      startedAt: this.#startedAt,
      leaseMs: this.#options.leaseMs,
    })
    this.#requestId = randomUUID()
    this.#hasBacklog = claimed.length === limit
    if (nextAt !== null) this.#wake.in(nextAt - now)
    for (const { run } of claimed) {
      if (run.recoveries > 0) this.#slowStart.begin(run)
      this.#ready.push({ row: run, now, sentAt, newsCount })
    }
    this.#beginReady()
    const recorded = await recordPassedDeadlines(this.#core, passedDeadlines)
    // They are due now, and there may be more of them than one answer lists.
    if (recorded > 0) this.#isClaimWanted = true
    return { isAnything: claimed.length + recorded > 0, isToRelay }
  }

  /** Carry on what requests and ends of others left to do. True if anything came of it. */
  async #relay(): Promise<boolean> {
    const { store, bus } = this.#core
    const { applied, remaining } = await store.relay({ limit: relayLimit })
    if (remaining) this.#isClaimWanted = true
    if (applied > 0) bus.tell({ kind: 'relayed' })
    return applied > 0
  }

  #beginReady(): void {
    while (this.#freeCount > 0 || this.#state === 'stopping') {
      const next = this.#ready.shift()
      if (next === undefined) return
      void this.#beginRun(next)
    }
  }

  async #beginRun(leased: Claimed): Promise<void> {
    const { row, newsCount } = leased
    const key = runName(row)
    if (!this.#held.has(key) && this.#resumeWarm(leased)) return
    this.#beginningCount += 1
    try {
      if (this.#held.has(key)) {
        await this.#partFrom(key)
        if (this.#resumeWarm(leased)) return
      }
      if (row.strikes >= this.#options.maxRecoveries) return await this.#poisoned(leased)
      const workflow = this.#core.registry.find(row.workflow, row.version)
      if (workflow !== undefined) await this.#load(workflow, leased)
      // What was told while its claim or its journal was on the way was told to nobody.
      if (newsCount !== this.#looks.newsCount) this.#looks.look()
    } catch (error) {
      this.#slowStart.lost(key)
      this.#core.options.logger.error('A run could not be read or set aside; its lease will run out.', {
        error,
        ...idOf(row),
      })
    } finally {
      this.#beginningCount -= 1
      this.#freed()
    }
  }

  async #load(workflow: RegisteredWorkflow, leased: Leased): Promise<void> {
    try {
      await this.#holder.begin(workflow, leased, this.#listener)
    } catch (error) {
      if (!(error instanceof DamagedRows)) throw error
      await this.#corrupted(leased, error)
    }
  }

  async #corrupted(leased: Leased, { message }: DamagedRows): Promise<void> {
    await setAside(this.#core, leased, this.#options.leaseMs, corruptedReason(leased.row, message))
    this.#slowStart.survived(runName(leased.row))
  }

  async #poisoned(leased: Leased): Promise<void> {
    await setAside(this.#core, leased, this.#options.leaseMs, poisoned(leased.row))
    this.#slowStart.survived(runName(leased.row))
  }

  /**
   * This process held the run until now. Mostly the turn that gave it up was answered together with the claim, and the
   * journal hears of that in a moment; if not, its lease ran out.
   */
  async #partFrom(key: string): Promise<void> {
    await new Promise<void>(later)
    this.#held.get(key)?.lose()
  }

  /** Go on with the live function, if it made the commit that the claim names. */
  #resumeWarm(leased: Claimed): boolean {
    const { row } = leased
    const key = runName(row)
    const warm = this.#warm.take(key)
    if (warm === undefined) return false
    if (!isSameCommit(row.applied, warm.mark)) {
      warm.evict()
      return false
    }
    this.#hold(warm, row)
    this.#holder.resume(warm, leased)
    if (leased.newsCount !== this.#looks.newsCount) this.#looks.look()
    return true
  }

  #hold(journal: RunJournal, row: RunRecord): void {
    this.#held.set(runName(row), journal)
    this.#slowStart.runs(runName(row), provenAfterMs(row, this.#options.leaseMs))
    if (this.#state === 'stopping') journal.stop()
  }

  readonly #listener: HoldListener = {
    held: (journal) => this.#hold(journal, journal.row),
    leaving: () => {
      this.#leavingCount += 1
      if (this.#hasBacklog) this.#poke()
    },
    stayed: () => {
      this.#leavingCount -= 1
    },
    isOnTrial: (key) => this.#slowStart.has(key),
    settledStep: (key) => this.#slowStart.settledStep(runName(key)),
    proven: (key) => this.#slowStart.survived(runName(key)),
    released: (journal, dueAt) => {
      this.#slowStart.survived(runName(journal.row))
      this.#held.delete(runName(journal.row))
      if (this.#state === 'running') {
        this.#warm.keep(runName(journal.row), journal)
        this.#expect(dueAt, journal.now())
      } else {
        journal.evict()
      }
      this.#freed()
    },
    wanted: (journal) => this.#strays.wake(journal),
    ended: (journal, ending) => {
      if (ending.reason === 'EVICTED') return
      if (ending.reason === 'LEASE_LOST') this.#slowStart.lost(runName(journal.row))
      else this.#slowStart.survived(runName(journal.row))
      this.#held.delete(runName(journal.row))
      const { finish } = ending
      if (finish !== undefined) {
        this.#core.bus.finished({
          run: journal.run,
          status: finish.status,
          output: finish.output,
          error: finish.error,
        })
      } else if (ending.reason === 'TERMINATED') {
        this.#core.options.logger.info('An execution was terminated while it ran here.', idOf(journal.row))
      } else if (ending.reason === 'LEASE_LOST') {
        this.#core.options.logger.warn(
          'A lease was lost; whoever holds the run now goes on with it.',
          idOf(journal.row),
        )
      } else if (ending.reason === 'CLOSED') {
        this.#core.bus.tell({ kind: 'due', namespace: journal.key.namespace })
      }
      this.#freed()
    },
  }

  /** A run that was let go of is due then. */
  #expect(dueAt: number | null, now: number): void {
    if (dueAt === null) return
    if (dueAt <= now) this.#poke()
    else this.#wake.in(dueAt - now)
  }

  #freed(): void {
    this.#beginReady()
    if (this.#hasBacklog) this.#poke()
    this.#settle()
  }

  #settle(): void {
    if (this.#activeCount > 0 || this.#ready.length > 0 || this.#isClaiming) return
    for (const resolve of this.#emptyWaiters.splice(0)) resolve()
    if (this.#idleWaiters.length === 0) return
    if (!this.#sawNothing && this.#state === 'running') return this.#isFailing ? undefined : this.#poke()
    for (const resolve of this.#idleWaiters.splice(0)) resolve()
  }
}

function idOf({ executionId, runNo }: RunRecord): Readonly<Record<string, unknown>> {
  return { executionId, runNo }
}
