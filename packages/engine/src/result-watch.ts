import {
  type Clock,
  type ExecutionStatus,
  isTerminal,
  type RunKey,
  type RunRecord,
  type Store,
  type StoreHint,
} from '@perdure/core'
import { later } from './later.js'
import type { LocalBus, LocalOutcome } from './local-bus.js'
import { runName } from './run-name.js'

/** How a run ended. */
export interface RunOutcome extends Omit<LocalOutcome, 'status'> {
  readonly status: ExecutionStatus
}

interface Waiter extends RunKey {
  readonly done: (outcome: RunOutcome) => void
  readonly fail: (error: unknown) => void
}

/** How long hints are gathered before the store is asked: many arrive together. */
const gatherMs = 10
/** A push only shortens a wait; this is what bounds it. */
const lookEveryMs = 30_000
/** The same after a look that failed. */
const lookAgainMs = 1_000
/** When a run is looked at that was not when the wait for it began. */
const firstLookMs = 100

/**
 * Waits for ends of runs. What ends in this process is told by it; what ends elsewhere is looked for when the store
 * says that something changed. All waits share one question.
 */
export class ResultWatch {
  readonly #store: Store
  readonly #clock: Clock
  readonly #bus: LocalBus
  readonly #waiters = new Map<string, Set<Waiter>>()
  /** Runs created in this turn of the event loop, of whose end nobody has told. */
  readonly #created = new Set<string>()
  readonly #stopCreated: () => void
  /** Waits that have asked the store nothing yet. */
  readonly #unasked = new Set<Waiter>()
  #stopFirstLook: (() => void) | undefined
  #stops: (() => void)[] = []
  #stopLook: (() => void) | undefined
  #isLooking = false
  /** The last look failed, and somebody was told. */
  #isFailing = false
  readonly #warn: (error: unknown) => void

  /** `warn` is told of the first of the looks in a row that fail. */
  constructor(store: Store, clock: Clock, bus: LocalBus, warn: (error: unknown) => void) {
    this.#store = store
    this.#warn = warn
    this.#clock = clock
    this.#bus = bus
    this.#stopCreated = bus.onOutcome(({ run }) => void this.#created.delete(runName(run)))
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
      const key = runName(run)
      const settle = (finish: () => void): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#remove(key, waiter)
        finish()
      }
      const onAbort = (): void => waiter.fail(signal?.reason)
      const waiter: Waiter = {
        ...run,
        done: (outcome) => settle(() => resolve(outcome)),
        fail: (error) => settle(() => reject(error)),
      }
      if (signal?.aborted === true) return reject(signal.reason)
      signal?.addEventListener('abort', onAbort)
      this.#add(key, waiter)
      if (this.#created.has(key)) this.#lookLater(waiter)
      else this.#look([waiter]).catch(waiter.fail)
    })
  }

  /** End every wait with this error, for good. */
  close(error: unknown): void {
    this.#stopCreated()
    for (const waiters of [...this.#waiters.values()]) for (const waiter of [...waiters]) waiter.fail(error)
  }

  #add(key: string, waiter: Waiter): void {
    if (this.#waiters.size === 0) this.#listen()
    const waiters = this.#waiters.get(key)
    if (waiters === undefined) this.#waiters.set(key, new Set([waiter]))
    else waiters.add(waiter)
  }

  #remove(key: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(key)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(key)
    this.#unasked.delete(waiter)
    if (this.#waiters.size > 0) return
    for (const stop of this.#stops.splice(0)) stop()
    this.#stopLook?.()
    this.#stopLook = undefined
    this.#stopFirstLook?.()
    this.#stopFirstLook = undefined
  }

  #listen(): void {
    this.#stops.push(this.#bus.onOutcome((outcome) => this.#tell(outcome)))
    this.#stops.push(this.#store.watch((hint) => this.#hinted(hint)))
    this.#lookIn(lookEveryMs)
  }

  #tell(outcome: LocalOutcome): void {
    for (const waiter of [...(this.#waiters.get(runName(outcome.run)) ?? [])]) waiter.done(outcome)
  }

  #hinted(hint: StoreHint): void {
    if (hint.kind === 'changed' || (hint.kind === 'finished' && this.#isAwaited(hint))) this.#lookIn(gatherMs)
  }

  #isAwaited({ namespace, executionId }: Omit<RunKey, 'runNo'>): boolean {
    const prefix = runName({ namespace, executionId, runNo: 0 }).slice(0, -1)
    for (const key of this.#waiters.keys()) if (key.startsWith(prefix)) return true
    return false
  }

  #soonestMs = Number.POSITIVE_INFINITY

  #lookIn(delayMs: number): void {
    if (this.#stopLook !== undefined && this.#soonestMs <= delayMs) return
    this.#stopLook?.()
    this.#soonestMs = delayMs
    this.#stopLook = this.#clock.schedule(delayMs, () => {
      this.#stopLook = undefined
      this.#soonestMs = Number.POSITIVE_INFINITY
      void this.#lookAgain()
    })
  }

  async #lookAgain(): Promise<void> {
    if (this.#waiters.size === 0) return
    // The answer that is on its way may know nothing of what this look is for.
    if (this.#isLooking) return this.#lookIn(gatherMs)
    this.#isLooking = true
    try {
      await this.#look([...this.#waiters.values()].flatMap((waiters) => [...waiters]))
      this.#isFailing = false
    } catch (error) {
      // Whoever waits has a timeout of its own, and the next look asks again, soon.
      if (!this.#isFailing) this.#warn(error)
      this.#isFailing = true
    } finally {
      this.#isLooking = false
    }
    if (this.#waiters.size > 0) this.#lookIn(this.#isFailing ? lookAgainMs : lookEveryMs)
  }

  /** Ask about a run for the first time, together with others that are waited for since about now. */
  #lookLater(waiter: Waiter): void {
    this.#unasked.add(waiter)
    this.#stopFirstLook ??= this.#clock.schedule(firstLookMs, () => {
      this.#stopFirstLook = undefined
      const unasked = [...this.#unasked]
      this.#unasked.clear()
      this.#look(unasked).catch((error: unknown) => {
        for (const each of unasked) each.fail(error)
      })
    })
  }

  async #look(waiters: readonly Waiter[]): Promise<void> {
    const keys = waiters.map(({ namespace, executionId, runNo }) => ({ namespace, executionId, runNo }))
    const rows = await this.#store.read(keys)
    rows.forEach((row, index) => {
      if (row !== null && isTerminal(row.status)) waiters[index]?.done(outcomeOf(row))
    })
  }
}

function outcomeOf(row: RunRecord): RunOutcome {
  return { run: row, status: row.status, output: row.output, error: row.error }
}
