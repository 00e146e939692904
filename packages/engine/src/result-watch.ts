import {
  type Clock,
  type ExecutionStatus,
  isTerminal,
  type RunKey,
  type RunRecord,
  type Store,
  type StoreHint,
} from '@perdure/core'
import { AwaitedRuns, type Waiter } from './awaited-runs.js'
import { EndedRuns } from './ended-runs.js'
import { FirstLooks } from './first-looks.js'
import { inGroups, later } from './later.js'
import type { LocalBus, LocalOutcome } from './local-bus.js'
import { nextPollMs } from './poll.js'
import { runName } from './run-name.js'

/** How a run ended. */
export interface RunOutcome extends Omit<LocalOutcome, 'status'> {
  readonly status: ExecutionStatus
}

export interface ResultWatchHost {
  readonly store: Store
  readonly namespace: string
  readonly clock: Clock
  readonly bus: LocalBus
  /** Told of the first of the looks in a row that fail. */
  warn(error: unknown): void
}

type ResultWaiter = Waiter<RunOutcome>

/** How long hints are gathered before the store is asked: many arrive together. */
const gatherMs = 10
/** When it is looked again after a look that failed. */
const lookAgainMs = 1_000
/** How many rows are read before others have their turn: each may carry a large input. */
const readAtOnce = 100

/**
 * Waits for ends of runs. What ends in this process is told by it. Of what ends elsewhere the store is asked when it
 * says that something changed. **A run is read when the wait for it begins, and when it has ended**: a look costs by
 * what has ended since the last one, and not by how many are awaited.
 */
export class ResultWatch {
  readonly #host: ResultWatchHost
  readonly #awaited = new AwaitedRuns<RunOutcome>()
  readonly #firstLooks: FirstLooks<ResultWaiter>
  /** Runs created in this turn of the event loop, of whose end nobody has told. */
  readonly #created = new Set<string>()
  readonly #stopCreated: () => void
  #stops: (() => void)[] = []
  /** What has ended since anything is awaited. */
  #ended: EndedRuns
  /** Waits for runs to be read with the next look: a hint has named them, or they have ended and cannot be read yet. */
  readonly #toRead = new Set<ResultWaiter>()
  #stopLook: (() => void) | undefined
  #soonestMs = Number.POSITIVE_INFINITY
  #isLooking = false
  /** The last look failed, and somebody was told. */
  #isFailing = false

  constructor(host: ResultWatchHost) {
    this.#host = host
    this.#ended = new EndedRuns(host.store, host.namespace)
    this.#firstLooks = new FirstLooks(host.clock, (waiters) => void this.#lookFirst(waiters))
    this.#stopCreated = host.bus.onOutcome(({ run }) => void this.#created.delete(runName(run)))
  }

  /**
   * The store has just created this run: most probably it has not ended, so who waits for it at once need not ask. Other
   * processes are fast enough to end it before they are listened to only if this one stands still; then it is late.
   */
  created(run: RunKey): void {
    if (this.#created.size === 0) later(() => this.#created.clear())
    this.#created.add(runName(run))
  }

  /** Resolves when the run has ended. The signal only ends the wait. */
  wait(run: RunKey, signal: AbortSignal | undefined): Promise<RunOutcome> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#remove(waiter)
        finish()
      }
      const onAbort = (): void => waiter.fail(signal?.reason)
      const waiter: ResultWaiter = {
        ...run,
        done: (outcome) => settle(() => resolve(outcome)),
        fail: (error) => settle(() => reject(error)),
      }
      if (signal?.aborted === true) return reject(signal.reason)
      signal?.addEventListener('abort', onAbort)
      if (this.#awaited.isEmpty) this.#listen()
      this.#awaited.add(waiter)
      if (this.#created.has(runName(run))) this.#firstLooks.askSoon(waiter)
      else this.#firstLooks.askNow(waiter)
    })
  }

  /** End every wait with this error, for good. */
  close(error: unknown): void {
    this.#stopCreated()
    for (const waiter of this.#awaited.all()) waiter.fail(error)
  }

  #remove(waiter: ResultWaiter): void {
    this.#awaited.remove(waiter)
    this.#firstLooks.remove(waiter)
    this.#toRead.delete(waiter)
    if (!this.#awaited.isEmpty) return
    for (const stop of this.#stops.splice(0)) stop()
    this.#stopLook?.()
    this.#stopLook = undefined
  }

  #listen(): void {
    const { store, namespace, bus } = this.#host
    this.#ended = new EndedRuns(store, namespace)
    this.#stops.push(bus.onOutcome((outcome) => this.#tell(outcome)))
    this.#stops.push(store.watch((hint) => this.#hinted(hint)))
    this.#lookIn(nextPollMs(store.capabilities))
  }

  #tell(outcome: LocalOutcome): void {
    for (const waiter of this.#awaited.ofRun(outcome.run)) waiter.done(outcome)
  }

  #hinted(hint: StoreHint): void {
    if (hint.kind === 'due') return
    const named = hint.kind === 'finished' ? this.#awaited.ofExecution(hint) : undefined
    if (named?.length === 0) return
    for (const waiter of named ?? []) this.#toRead.add(waiter)
    this.#lookIn(gatherMs)
  }

  #lookIn(delayMs: number): void {
    if (this.#stopLook !== undefined && this.#soonestMs <= delayMs) return
    this.#stopLook?.()
    this.#soonestMs = delayMs
    this.#stopLook = this.#host.clock.schedule(delayMs, () => {
      this.#stopLook = undefined
      this.#soonestMs = Number.POSITIVE_INFINITY
      void this.#lookAgain()
    })
  }

  async #lookAgain(): Promise<void> {
    if (this.#awaited.isEmpty) return
    // The answer that is on its way may know nothing of what this look is for.
    if (this.#isLooking) return this.#lookIn(gatherMs)
    this.#isLooking = true
    try {
      await this.#look()
      this.#isFailing = false
    } catch (error) {
      // Whoever waits has a timeout of its own, and the next look asks again, soon.
      if (!this.#isFailing) this.#host.warn(error)
      this.#isFailing = true
    } finally {
      this.#isLooking = false
    }
    if (!this.#awaited.isEmpty)
      this.#lookIn(this.#isFailing ? lookAgainMs : nextPollMs(this.#host.store.capabilities))
  }

  async #look(): Promise<void> {
    await this.#read([...this.#toRead])
    // What has ended before is not among what ends from now on.
    if (!this.#ended.hasBegun) this.#firstLooks.hurry()
    await this.#ended.each((ended) => this.#read(ended.flatMap((run) => this.#awaited.ofRun(run))))
  }

  /** In groups, each of which fails by itself. */
  async #lookFirst(waiters: readonly ResultWaiter[]): Promise<void> {
    const ended = this.#ended
    for (const group of groupsToRead(waiters)) {
      try {
        // First: a run that ends between the two is found by both, and not by neither.
        await ended.begin()
        await this.#read(group)
      } catch (error) {
        for (const waiter of group) waiter.fail(error)
      }
    }
  }

  /** Reads the runs that these wait for, each once, and ends the waits for those that have ended. */
  async #read(waiters: readonly ResultWaiter[]): Promise<void> {
    const runs = new Map(waiters.map((waiter) => [runName(waiter), keyOf(waiter)]))
    for (const keys of groupsToRead([...runs.values()])) {
      const rows = await this.#host.store.read(keys)
      for (const [index, key] of keys.entries()) this.#settle(key, rows[index] ?? null)
      await new Promise<void>(later)
    }
  }

  #settle(key: RunKey, row: RunRecord | null): void {
    const waiters = this.#awaited.ofRun(key)
    for (const waiter of waiters) {
      this.#toRead.delete(waiter)
      if (row === null) continue
      if (isTerminal(row.status) && row.corrupted === null) waiter.done(outcomeOf(row))
      // Its row cannot be read: somebody may mend it.
      else if (row.finishedAt !== null) this.#toRead.add(waiter)
    }
  }
}

function groupsToRead<Item>(items: readonly Item[]): Item[][] {
  return inGroups(items, () => ({ rows: 1, bytes: 0 }), { maxRows: readAtOnce, maxBytes: 0 })
}

function keyOf({ namespace, executionId, runNo }: RunKey): RunKey {
  return { namespace, executionId, runNo }
}

function outcomeOf(row: RunRecord): RunOutcome {
  return { run: row, status: row.status, output: row.output, error: row.error }
}
