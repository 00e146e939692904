import type { Clock } from '../clock.js'
import type { Codec } from '../codec.js'
import { toErrorObject } from '../error-object.js'
import { CancelledError, ExecutionTerminatedError, LeaseLostError, ValidationError } from '../errors.js'
import type {
  BlockedBecause,
  DropReason,
  Journal,
  JournalListener,
  OperationUpdate,
  PassEnding,
} from '../journal.js'
import type { Logger } from '../logger.js'
import { checkName } from '../names.js'
import { rootPath } from '../operation-id.js'
import type { OperationRecord } from '../records.js'
import { isSettled } from '../statuses.js'
import type { EventSchemas } from '../workflow-options.js'
import { captureContext, type EnterContext, runInPlace } from './async-zone.js'
import {
  kindMismatch,
  notDurableMessage,
  repetitionMessage,
  strayMessage,
  unvisitedMessage,
} from './complaints.js'
import { LazySignal } from './lazy-signal.js'
import { findUncaughtMisuse, refuseMisuse } from './misuse.js'
import { OpenOperation, type OperationKind, type ReadOutcome } from './open-operation.js'
import { Place } from './place.js'
import { RunningBodies } from './running-bodies.js'
import { type RunningBody, Scope } from './scope.js'
import { SettlementQueue } from './settlement-queue.js'
import { isUnreadable, type UnreadableValue } from './unreadable-value.js'
import { Values } from './values.js'
import { whenQuiet } from './when-quiet.js'

export interface PassOptions {
  readonly journal: Journal
  readonly clock: Clock
  /** For the library's own lines. */
  readonly logger: Logger
  /** For those of user code. @default logger */
  readonly userLogger?: Logger
  /** Undefined: values are stored as readable JSON where they can be. */
  readonly codec: Codec | undefined
  readonly maxPayloadBytes: number
  /** How long bodies that still run are awaited when their context ends. */
  readonly bodyGraceMs: number
  /** After how long of waiting on something that is not durable a warning is logged; null: never. */
  readonly watchdogMs: number | null
  /** Declared events of the workflow, checked when they arrive. */
  readonly events: EventSchemas
  /** Whether a recorded operation that the finished code never called is a warning or blocks the run. */
  readonly onUnvisited: 'warn' | 'block'
  /** The async context for all that is not called by user code. */
  readonly enterHome: EnterContext
  /**
   * Where user code owns its process: why the pass was dropped. Open operations, and those called later, reject with it;
   * left out, they never settle, since another process goes on with the run.
   */
  readonly explainDrop?: () => Promise<Error>
}

/** What a call of an operation found. */
export interface Opened<T> {
  readonly operation: OpenOperation<T>
  /** As the journal has it; undefined if this is the first time it is called. */
  readonly recorded: OperationRecord | undefined
  /** True if something is still to be done: it is not settled, and this pass may work on it. */
  readonly isLive: boolean
}

/**
 * One live execution of a workflow function over a journal.
 *
 * User code runs in turns. **A turn begins with the delivery of exactly one settlement and ends when user code is
 * quiet**; then the next is delivered, in the order of the journal. So a live pass and every replay of it hand user
 * code the same outcomes in the same order with the same pauses between, and native `Promise.race`, `Promise.all` and
 * whatever is built on them decide as they did the first time.
 *
 * When user code is quiet and there is nothing to deliver, the journal is told: `flush` while bodies run, `idle` when
 * everything waits. An operation that has to wait is a promise that does not settle; user code never sees a
 * suspension. Once the journal has let go of the run, the pass is `released`: calls made now (by code that awaited
 * something not durable) are parked until it is `resumed`, for which the journal is asked. Once `dropped`, nothing
 * starts and nothing settles, forever.
 */
export class Pass implements JournalListener {
  readonly journal: Journal
  readonly clock: Clock
  readonly logger: Logger
  readonly userLogger: Logger
  readonly values: Values
  readonly root: Scope
  readonly events: EventSchemas
  readonly #options: PassOptions
  readonly #queue: SettlementQueue
  readonly #open = new Map<string, OpenOperation>()
  /** Operations that have blocked the run: nothing is delivered to them, and they wait for the drop like open ones. */
  readonly #blocking: OpenOperation[] = []
  readonly #bodies: RunningBodies
  readonly #signal: LazySignal
  readonly #isOpen = (operationId: string): boolean => this.#open.has(operationId)
  #state: 'active' | 'released' | 'dropped' = 'active'
  #parked: (() => void)[] = []
  #isTurnScheduled = false
  #isReading = false
  #isReplayOver = false
  #hasWarnedOfUnmet = false
  #hasWarnedOfMisuse = false
  /** The last turn in which the code called what was recorded. */
  #repeatedTurnNo = -1
  #turnNo = 0
  #latestAt: number
  #cancel: OperationRecord | undefined
  #whyDropped: Promise<Error> | undefined
  #cancelReason: string | undefined
  #isCancelOwed = false
  #ending: PassEnding | undefined
  #isFinishing = false
  #stopWatchdog: (() => void) | undefined

  constructor(options: PassOptions) {
    this.#options = options
    this.journal = options.journal
    this.clock = options.clock
    this.logger = options.logger
    this.userLogger = options.userLogger ?? options.logger
    this.events = options.events
    this.values = new Values(options.codec, {
      limitBytes: options.maxPayloadBytes,
      adapterLimitBytes: options.journal.capabilities.limits.maxPayloadBytes,
    })
    const { workflow, executionId, runNo, seed } = options.journal.run
    const place = new Place({ workflow, executionId, runNo, logger: options.logger }, rootPath)
    this.root = new Scope(seed, place)
    this.#signal = new LazySignal(place)
    this.#queue = new SettlementQueue(options.journal.settlements, options.journal.unfinished)
    this.#latestAt = options.journal.run.startedAt
    this.#bodies = new RunningBodies({
      root: this.root,
      clock: options.clock,
      logger: options.logger,
      graceMs: options.bodyGraceMs,
      left: () => this.#scheduleTurn(),
    })
  }

  /** Run the workflow function. Its end, however far away, is given to the journal. */
  begin(run: (input: unknown) => unknown): void {
    this.journal.attach(this)
    // Its time may have been up before anybody came to it.
    if (this.isDropped) return
    void this.#options.enterHome(() => runInPlace(this.root.place, () => this.#run(run)))
    this.#scheduleTurn()
  }

  /** True while the code does what an earlier pass did: what was recorded in a turn shows that the turn was gone through. */
  get isReplaying(): boolean {
    return !this.#isReplayOver && (this.#queue.isReplaying || this.#repeatedTurnNo === this.#turnNo)
  }

  get isDropped(): boolean {
    return this.#state === 'dropped'
  }

  /** The recorded time of the settlement delivered last: the same on every replay. */
  get latestAt(): number {
    return this.#latestAt
  }

  /** Aborts when the execution is cancelled or ends, and when this process may no longer work on it. */
  get signal(): AbortSignal {
    return this.#signal.signal
  }

  /**
   * Called by every operation, synchronously: gives it its identity and finds what the journal knows of it.
   *
   * @throws ValidationError, and what `refuseMisuse` throws; NonDeterministicError never reaches user code
   */
  open<T>(scope: Scope, name: string, kind: OperationKind, read: ReadOutcome<T>, id?: string): Opened<T> {
    this.refuseMisuse(name, scope)
    const key = checkName(id ?? name, id === undefined ? 'name' : 'id')
    if (id !== undefined) checkName(name, 'name')
    const identity = scope.identify(key)
    const operation = new OpenOperation<T>(scope, name, kind, identity, this.#turnNo, read)
    const recorded = this.journal.lookup(identity.operationId)
    if (recorded === undefined) this.#checkCount()
    if (this.isDropped) {
      this.#rejectDropped(operation as OpenOperation)
      return { operation, recorded, isLive: false }
    }
    if (recorded !== undefined && !this.#isSameKind(operation, recorded))
      return { operation, recorded, isLive: false }
    this.#warnOfRepetition(operation)
    return { operation, recorded, isLive: this.#enlist(operation, recorded) }
  }

  /**
   * Called by whatever a replay must repeat. The log says so as well: user code may not look at what the call came to.
   *
   * @throws DurableCallInStepError, OuterContextError, ContextEndedError
   */
  refuseMisuse(name: string, scope: Scope): void {
    try {
      refuseMisuse(name, scope)
    } catch (error) {
      if (!this.#hasWarnedOfMisuse) {
        this.#hasWarnedOfMisuse = true
        const { executionId } = this.journal.run
        this.logger.warn('A context was used where it must not be.', { executionId, error })
      }
      throw error
    }
  }

  /** Whatever would be recorded of it, a replay could not repeat. */
  blockForMisuse({ message }: Error): void {
    if (!this.isDropped) this.#block({ reason: 'MISUSE', message })
  }

  /** Add an update to the next turn of the journal. */
  record(update: OperationUpdate): void {
    if (this.isDropped) return
    this.journal.record(update)
    this.#scheduleTurn()
  }

  /**
   * Run this now if bodies may start, or as soon as they may; never, if nobody waits for the operation by then. `hasBegun`:
   * its start is durable already.
   */
  whenRunnable(operation: OpenOperation, run: () => void, hasBegun = false): void {
    if (this.isDropped || operation.isDetached || operation.scope.isClosed) return
    if (this.#state === 'active' && this.journal.mayStart(hasBegun)) run()
    else if (!this.isDropped) this.#park(operation, run, hasBegun)
  }

  /** A body runs, or waits for something to be durable; the pass is not idle until `leave`. */
  enter(scope: Scope, body: RunningBody): void {
    this.#bodies.enter(scope, body)
  }

  /** False if nobody waits for the body any more: its context has ended without it, or the pass is over. */
  leave(scope: Scope, body: RunningBody): boolean {
    return this.#bodies.leave(scope, body) && !this.isDropped
  }

  /**
   * End a context: no body starts in it, open waits become CANCELLED, bodies that run are told to stop and awaited for
   * the grace. Then `drained` is called.
   */
  close(scope: Scope, drained: () => void): void {
    const ended = (): unknown => new CancelledError(`${scope.path.readable || 'The execution'} has ended.`)
    for (const each of scope.withDescendants()) {
      each.place.isOpen = false
      for (const operation of each.open) {
        if (operation.kind.type !== 'CONTEXT') this.#cancelWait(operation)
        operation.reject(ended())
      }
      for (const body of each.bodies) body.abort(ended)
    }
    this.#bodies.await(scope, () => {
      this.#cancelContexts(scope)
      drained()
    })
  }

  /** Work of the library itself on what a context does: the pass is not idle until it is done. */
  async during<T>(scope: Scope, work: Promise<T>): Promise<T> {
    const busy: RunningBody = { abort: () => {} }
    this.enter(scope, busy)
    try {
      return await work
    } finally {
      this.leave(scope, busy)
    }
  }

  changed(operation: OperationRecord): void {
    if (this.isDropped) return
    if (isSettled(operation.status)) this.#queue.push(operation)
    else this.#open.get(operation.operationId)?.onChange?.(operation)
    this.#scheduleTurn()
  }

  resumed(): void {
    if (this.isDropped) return
    this.#state = 'active'
    // An end that was on its way when the run was let go of did not get there.
    this.#isFinishing = false
    const parked = this.#parked
    this.#parked = []
    for (const run of parked) run()
    this.#scheduleTurn()
  }

  suspended(hasGoneOn: boolean): void {
    if (this.isDropped) return
    this.#state = 'released'
    this.#stopWatching()
    this.#bodies.stopWatching()
    this.#warnOfUnmet()
    if (hasGoneOn) this.#stray()
  }

  stale(): void {
    this.#isFinishing = false
    this.#scheduleTurn()
  }

  dropped(reason: DropReason): void {
    if (this.isDropped) return
    this.#state = 'dropped'
    this.#stopWatching()
    const lost = [...this.#open.values(), ...this.#blocking.splice(0)]
    const why = (): unknown => this.#droppedError(reason)
    this.#signal.abort(why)
    for (const scope of this.root.withDescendants()) {
      for (const body of scope.bodies) body.abort(why)
      // Whoever still uses it is told; a caller's own code is told more.
      if (isEnd(reason) && this.#options.explainDrop === undefined) scope.place.isOpen = false
      scope.bodies.clear()
      scope.open.clear()
    }
    this.root.children.clear()
    this.#open.clear()
    this.#parked = []
    this.#bodies.clear()
    this.#whyDropped = this.#options.explainDrop?.()
    for (const operation of lost) this.#rejectDropped(operation)
  }

  /** Where the code is the caller's own, it hears that it will not go on. */
  #rejectDropped(operation: OpenOperation): void {
    void this.#whyDropped?.then((error) => operation.reject(error))
  }

  async #run(run: (input: unknown) => unknown): Promise<void> {
    let ending: PassEnding
    try {
      const input = this.values.read(this.journal.run.input, 'input')
      const output = await run(input instanceof Promise ? await this.#whileReading(input) : input)
      const written = this.values.write(output, 'output')
      const { encoded } = written instanceof Promise ? await this.during(this.root, written) : written
      ending = { kind: 'completed', output: encoded }
    } catch (error) {
      if (isUnreadable(error)) return this.#refuse(error)
      const misuse = findUncaughtMisuse(error)
      if (misuse !== undefined) return this.blockForMisuse(misuse)
      const writing = this.values.writeError(toErrorObject(error))
      ending = {
        kind: 'failed',
        error: writing instanceof Promise ? await this.during(this.root, writing) : writing,
      }
    }
    if (this.isDropped) return
    this.#signal.abort(() => this.#droppedError('FINISHED'))
    this.close(this.root, () => {
      this.#ending = ending
      this.#scheduleTurn()
    })
  }

  /** A value cannot be read here, and elsewhere it may be: the run is kept as it is. */
  readonly #refuse = ({ message }: UnreadableValue): void => {
    if (!this.isDropped) this.journal.block({ reason: 'UNREADABLE', message })
  }

  /** @throws ValidationError if the run has recorded as many operations as the adapter keeps */
  #checkCount(): void {
    const { operationCount, capabilities } = this.journal
    const { maxOperations } = capabilities.limits
    if (operationCount < maxOperations) return
    throw new ValidationError({
      field: 'operations',
      value: operationCount + 1,
      limit: maxOperations,
      message: `Execution ${this.journal.run.executionId} has recorded ${operationCount} operations, which is the limit`,
    })
  }

  /** Which of two operations of one name gets which number must not depend on what happens to be finished. */
  #warnOfRepetition(operation: OpenOperation): void {
    const { scope, name, identity } = operation
    const newest = scope.newest.get(identity.key)
    if (newest === undefined || newest.turnNo === this.#turnNo || this.isReplaying) return
    // In the order of the calls.
    const first = [...scope.open].find((each) => each.identity.key === identity.key)
    const message = repetitionMessage(operation, first ?? newest)
    this.logger.warn(message, { executionId: this.journal.run.executionId, name })
  }

  #isSameKind(operation: OpenOperation, recorded: OperationRecord): boolean {
    const mismatch = kindMismatch(operation, recorded, this.journal.run)
    if (mismatch === undefined) return true
    this.#blocking.push(operation)
    this.#block({ reason: 'NON_DETERMINISTIC', message: mismatch.message })
    return false
  }

  #block(why: BlockedBecause): void {
    this.#options.enterHome(() => this.journal.block(why))
  }

  #enlist<T>(operation: OpenOperation<T>, recorded: OperationRecord | undefined): boolean {
    const { scope, identity } = operation
    if (this.#isCancelOwed && operation.kind.type !== 'CONTEXT') {
      this.#isCancelOwed = false
      scope.takeCancel()
      operation.isDetached = true
      operation.reject(this.#cancelledError(operation))
      return false
    }
    if (hasTakenCancel(recorded)) {
      this.#isCancelOwed = false
      scope.takeCancel()
    }
    this.#open.set(identity.operationId, operation as OpenOperation)
    scope.open.add(operation as OpenOperation)
    scope.newest.set(identity.key, operation as OpenOperation)
    this.#scheduleTurn()
    if (recorded === undefined) return true
    this.#repeatedTurnNo = this.#turnNo
    this.#queue.call(identity.operationId)
    return !isSettled(recorded.status)
  }

  #park(operation: OpenOperation, run: () => void, hasBegun: boolean): void {
    const enterCall = captureContext()
    this.#parked.push(() => this.whenRunnable(operation, () => enterCall(run), hasBegun))
  }

  #scheduleTurn(): void {
    if (this.#isTurnScheduled) return
    this.#isTurnScheduled = true
    this.#options.enterHome(this.#armTurn)
  }

  readonly #armTurn = (): void => {
    whenQuiet(() => {
      this.#isTurnScheduled = false
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#state === 'released') return this.#stray()
    if (this.#state !== 'active' || this.#isReading) return
    this.#stopWatching()
    const settled = this.#queue.take(this.#isOpen)
    if (settled !== undefined) return this.#deliver(settled)
    this.#isReplayOver = true
    if (this.#ending !== undefined) return this.#finish(this.#ending)
    if (this.#bodies.areBusy) {
      this.#bodies.watch()
      return this.journal.flush()
    }
    if (this.#isWaiting()) return this.journal.idle(this.#bodies.areDelayed)
    this.journal.flush()
    this.#watch()
  }

  /** Code that was changed may wait forever for the event that a wait which it no longer has will take. */
  #warnOfUnmet(): void {
    if (this.#hasWarnedOfUnmet) return
    this.#hasWarnedOfUnmet = true
    const message = unvisitedMessage(this.#queue.unmet(), 'waits')
    if (message !== undefined) this.logger.warn(message, { executionId: this.journal.run.executionId })
  }

  /** Nobody but code that awaited something not durable goes on in a pass that was let go of. */
  #stray(): void {
    const { executionId } = this.journal.run
    this.logger.warn(strayMessage(executionId), { executionId })
    this.journal.takeBack()
  }

  #deliver(settled: OperationRecord): void {
    this.#turnNo += 1
    this.#latestAt = settled.endedAt ?? this.#latestAt
    this.#scheduleTurn()
    if (settled.type === 'EXECUTION') return this.#readCancel(settled)
    const operation = this.#open.get(settled.operationId)
    if (operation === undefined) return
    this.#open.delete(settled.operationId)
    this.journal.delivered(settled.operationId)
    operation.scope.forget(operation)
    if (operation.isDetached || operation.scope.isClosed) return
    const reading = operation.settle(settled, (unreadable) => {
      if (this.isDropped) return this.#rejectDropped(operation)
      this.#blocking.push(operation)
      this.#refuse(unreadable)
    })
    if (reading === undefined) return
    void this.#whileReading(reading)
  }

  /** Nothing is delivered, and the code does not count as quiet, while a codec takes its time. */
  async #whileReading<T>(reading: Promise<T>): Promise<T> {
    this.#isReading = true
    try {
      return await reading
    } finally {
      this.#isReading = false
      this.#scheduleTurn()
    }
  }

  #readCancel(cancel: OperationRecord): void {
    const deliver = (reason: string | undefined): void => {
      this.#cancelReason = reason
      if (!this.isDropped) this.#deliverCancel(cancel)
    }
    const reason = this.values.readReason(cancel.error)
    if (reason instanceof Promise) void this.#whileReading(reason.then(deliver))
    else deliver(reason)
  }

  /** Every open operation rejects once; if none is open, the next one does. Later ones run normally, to clean up. */
  #deliverCancel(cancel: OperationRecord): void {
    this.#cancel = cancel
    this.#signal.abort(() => this.#cancelledError())
    const open = [...this.#open.values()].filter(isInterruptible)
    this.#isCancelOwed = open.length === 0 && !this.root.isCancelTaken
    for (const operation of open) {
      operation.isDetached = true
      operation.scope.takeCancel()
      operation.reject(this.#cancelledError(operation))
      this.#cancelWait(operation)
    }
    for (const scope of this.root.withDescendants())
      for (const body of scope.bodies) body.abort(() => this.#cancelledError())
  }

  /** Innermost first, and not while a body runs in them: a closed context is not run again, whatever was left open. */
  #cancelContexts(scope: Scope): void {
    for (const each of [...scope.withDescendants()].reverse())
      for (const operation of each.open) if (operation.kind.type === 'CONTEXT') this.#cancelWait(operation)
  }

  #cancelledError(operation?: OpenOperation): CancelledError {
    const { executionId } = this.journal.run
    const reason = this.#cancelReason
    return new CancelledError(`Execution ${executionId} is being cancelled${reason ? `: ${reason}` : ''}.`, {
      executionId,
      ...(operation === undefined
        ? {}
        : { operationId: operation.identity.operationId, name: operation.name }),
    })
  }

  #finish(ending: PassEnding): void {
    if (this.#isFinishing) return
    const unvisited = this.#queue.unvisited()
    if (this.#blockOn(unvisited)) return
    this.#isFinishing = true
    for (const operation of unvisited) this.#closeUnvisited(operation)
    this.#signal.abort(() => this.#droppedError('FINISHED'))
    if (this.#cancel === undefined) return this.journal.finish(ending)
    this.journal.finish({ kind: 'cancelled' })
  }

  #blockOn(unvisited: readonly OperationRecord[]): boolean {
    const message = unvisitedMessage(unvisited, 'ended')
    if (message === undefined) return false
    if (this.#options.onUnvisited === 'block') this.#block({ reason: 'NON_DETERMINISTIC', message })
    else this.logger.warn(message, { executionId: this.journal.run.executionId })
    return this.#options.onUnvisited === 'block'
  }

  /** A wait that the code no longer knows ends with the run like any other. */
  #closeUnvisited({ operationId, parentId, name, occurrence, type, subType }: OperationRecord): void {
    const current = this.journal.lookup(operationId)
    if (current === undefined || isSettled(current.status)) return
    this.record({ operationId, parentId, name, occurrence, type, subType, action: 'CANCEL' })
  }

  #isWaiting(): boolean {
    for (const operation of this.#open.values()) if (isInterruptible(operation)) return true
    return false
  }

  #watch(): void {
    const { watchdogMs } = this.#options
    if (watchdogMs === null) return
    const { executionId } = this.journal.run
    this.#stopWatchdog = this.clock.schedule(watchdogMs, () => {
      this.logger.warn(notDurableMessage(executionId, watchdogMs), { executionId })
    })
  }

  #stopWatching(): void {
    this.#stopWatchdog?.()
    this.#stopWatchdog = undefined
  }

  #droppedError(reason: DropReason): Error {
    const { executionId } = this.journal.run
    if (reason === 'FINISHED')
      return new CancelledError(`Execution ${executionId} has ended.`, { executionId })
    if (reason === 'TERMINATED')
      return new ExecutionTerminatedError(`Execution ${executionId} was terminated.`, { executionId })
    return new LeaseLostError(`This process may no longer work on execution ${executionId} (${reason}).`, {
      executionId,
    })
  }

  /** A wait that nobody awaits any more ends as CANCELLED; the body of a step ends by itself. */
  #cancelWait(operation: OpenOperation): void {
    if (operation.isBodyRunning) return
    const recorded = this.journal.lookup(operation.identity.operationId)
    if (recorded !== undefined && !isSettled(recorded.status)) this.record(operation.update('CANCEL'))
  }
}

/** True for a closed context, which is not run again, if the cancel was delivered in it. */
function hasTakenCancel(recorded: OperationRecord | undefined): boolean {
  return recorded?.type === 'CONTEXT' && recorded.extras?.['cancelTaken'] === true
}

/** True if no other process goes on with the run. */
function isEnd(reason: DropReason): boolean {
  return reason === 'FINISHED' || reason === 'TERMINATED'
}

/** True if user code may be waiting for it, and nothing below it stands for it. */
function isInterruptible(operation: OpenOperation): boolean {
  return !operation.isDetached && !operation.scope.isClosed && operation.kind.type !== 'CONTEXT'
}
