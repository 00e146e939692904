import {
  applyUpdate,
  type Capabilities,
  type CommitAnswer,
  type CommitEntry,
  type CommitMark,
  type ConsumedMessage,
  cancelSubType,
  type DropReason,
  eventSubType,
  type HolderView,
  type InboxMessage,
  isSettled,
  type Journal,
  type JournalListener,
  type OperationRecord,
  type OperationStatus,
  type OperationUpdate,
  type PassEnding,
  type RunFacts,
  type RunRecord,
  type Turn,
} from '@perdure/core'
import { DueTimes } from './due-times.js'
import { EventWaits } from './event-waits.js'
import { foldInOrder, type Happening } from './fold.js'
import { Lease } from './lease.js'

/** What a journal needs of the process that it lives in. */
export interface JournalHost {
  readonly capabilities: Capabilities
  readonly leaseMs: number
  readonly build: string
  /** How long a cancelled run may clean up. */
  readonly cancelGraceMs: number
  /** True where waits block in the process: the run is never let go. */
  readonly isDirect: boolean
  monotonic(): number
  schedule(delayMs: number, run: () => void): () => void
  commit(entry: CommitEntry): Promise<CommitAnswer>
  /** Ask the store how the row stands, and extend the lease; null: no longer ours. */
  refresh(journal: RunJournal): Promise<HolderView | null>
  messages(run: RunRecord, after: number): Promise<readonly InboxMessage[]>
  /** The run was let go of; it may be resumed here. `dueAt` is when. */
  released(journal: RunJournal, dueAt: number | null): void
  /** The run is over for this process. */
  ended(journal: RunJournal, ending: JournalEnding): void
  warn(message: string, data: Readonly<Record<string, unknown>>): void
}

/** Why a journal is over; with the row's last turn if it was this process that ended the run. */
export interface JournalEnding {
  readonly reason: DropReason
  readonly finish: Extract<Turn, { readonly kind: 'finish' }> | undefined
}

/** An operation that is final and is to be announced in its turn. */
interface Announcement {
  readonly operation: OperationRecord
  isDurable: boolean
}

type Wish =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly turn: Extract<Turn, { readonly kind: 'finish' | 'block' | 'release' }> }

const cancelOperationId = 'cancel'
const retryLookMs = 200

/**
 * The journal of one held run over a store: the holder's side of the actor.
 *
 * **At most one commit is in flight**; updates made meanwhile join the next. Numbers are given out when an update is
 * recorded, so the order in which outcomes are announced is the order in which they are stored. Timers and messages
 * are folded into that order by time; since anybody would fold them the same from what the store holds, they are
 * announced at once, and their rows join the next turn.
 */
export class RunJournal implements Journal {
  readonly capabilities: Capabilities
  readonly run: RunFacts
  readonly settlements: readonly OperationRecord[]
  readonly #host: JournalHost
  readonly #operations = new Map<string, OperationRecord>()
  readonly #dueTimes = new DueTimes()
  readonly #waits: EventWaits
  readonly #lease: Lease
  #row: RunRecord
  #pass: JournalListener | undefined
  #phase: 'held' | 'released' | 'over' = 'held'
  #startSeq: number
  #settleSeq: number
  /** Recorded times never go back in the order of the numbers. */
  #latestAt: number
  #dirty = new Map<string, OperationRecord>()
  #consumed: ConsumedMessage[] = []
  #isUrgent = false
  #announcements: Announcement[] = []
  #unannounced: OperationRecord[] = []
  /** Steps whose delay is over. */
  #ready: OperationRecord[] = []
  #newWaits: OperationRecord[] = []
  #newMessages: InboxMessage[] = []
  #fetchedSeq: number
  #foldedControlSeq: number
  #isCancelFolded = false
  #commitSeq = 0
  #isBusy = false
  /** A turn that gives the run up is on its way: nothing may start until it is answered. */
  #isLettingGo = false
  #wish: Wish = { kind: 'nothing' }
  #stopTimer: (() => void) | undefined
  #isStopping = false
  #hasRefusedStart = false

  constructor(host: JournalHost, row: RunRecord, operations: readonly OperationRecord[], view: HolderView, sentAt: number) {
    this.#host = host
    this.#row = row
    this.capabilities = host.capabilities
    this.run = factsOf(row)
    this.#startSeq = row.counters.startSeq
    this.#settleSeq = row.counters.settleSeq
    this.#fetchedSeq = row.inboxBase
    this.#foldedControlSeq = -1
    this.#waits = new EventWaits(row)
    this.#lease = new Lease(host.leaseMs)
    this.settlements = this.#restore(operations)
    this.#latestAt = this.settlements.at(-1)?.endedAt ?? this.run.startedAt
    this.#see(view, sentAt)
  }

  get row(): RunRecord {
    return this.#row
  }

  /** The commit last acknowledged: a claim that returns it may go on without replay. */
  get mark(): CommitMark {
    return { nonce: this.#row.fence.nonce, commitSeq: this.#commitSeq }
  }

  get checkpointToken(): string {
    return `${this.#row.fence.epoch}.${this.#row.fence.nonce}.${this.#commitSeq}`
  }

  get isHeld(): boolean {
    return this.#phase === 'held'
  }

  get lease(): Lease {
    return this.#lease
  }

  attach(pass: JournalListener): void {
    this.#pass = pass
    void this.#catchUp()
  }

  lookup(operationId: string): OperationRecord | undefined {
    return this.#operations.get(operationId)
  }

  delivered(operationId: string): void {
    this.#operations.delete(operationId)
  }

  now(): number {
    return Math.floor(this.#lease.storeNow(this.#host.monotonic()))
  }

  mayStart(): boolean {
    if (this.#phase !== 'held' || this.#isLettingGo || this.#row.control.paused) return false
    if (this.#isStopping) {
      this.#hasRefusedStart = true
      return false
    }
    if (this.#lease.isSurelyHeld(this.#host.monotonic())) return true
    this.lose()
    return false
  }

  record(update: OperationUpdate): OperationRecord {
    const current = this.#operations.get(update.operationId)
    const operation = this.#clamped(applyUpdate(current, update, this.now(), this.#sequence))
    this.#keep(operation)
    if (isSettled(operation.status)) this.#announcements.push({ operation, isDurable: false })
    else this.#unannounced.push(operation)
    if (update.type !== 'CONTEXT' || update.action !== 'START') this.#isUrgent = true
    return operation
  }

  flush(): void {
    if (this.#wish.kind !== 'end') this.#wish = { kind: 'flush' }
    this.#act()
  }

  idle(): void {
    if (this.#wish.kind !== 'end') this.#wish = { kind: 'idle' }
    this.#act()
  }

  finish(ending: PassEnding): void {
    this.#wish = { kind: 'end', turn: finishTurn(ending) }
    this.#act()
  }

  block(message: string): void {
    if (this.#phase === 'over') return
    this.#host.warn(message, { executionId: this.run.executionId, runNo: this.run.runNo })
    this.#endWith({
      kind: 'block',
      blocked: { reason: 'NON_DETERMINISTIC', message, build: this.#host.build },
    })
  }

  /** Held again by the same process, with nothing written in between. */
  resume(row: RunRecord, view: HolderView, sentAt: number): void {
    this.#row = row
    this.#commitSeq = 0
    this.#phase = 'held'
    this.#wish = { kind: 'nothing' }
    this.#see(view, sentAt)
    this.#pass?.resumed()
    void this.#catchUp()
  }

  /** The store said how the row stands, with a renewal. */
  viewed(view: HolderView, sentAt: number): void {
    if (this.#phase !== 'held') return
    this.#see(view, sentAt)
    void this.#catchUp()
  }

  /** Something may have come in: ask the store how the row stands. */
  async look(): Promise<void> {
    if (this.#phase !== 'held' || this.#isBusy) return
    const sentAt = this.#host.monotonic()
    const view = await this.#host.refresh(this)
    // It may have been let go of meanwhile.
    if (!this.isHeld) return
    if (view === null) return this.lose()
    this.viewed(view, sentAt)
  }

  /** The lease is no longer surely ours: stop before anybody else can begin. Nothing is written. */
  lose(): void {
    this.#over({ reason: 'LEASE_LOST', finish: undefined })
  }

  /** Forget a run that was let go of. */
  evict(): void {
    this.#over({ reason: 'EVICTED', finish: undefined })
  }

  /** Start no more bodies; give the run up, with work left to do, as soon as no body runs. */
  stop(): void {
    this.#isStopping = true
    this.#act()
  }

  /** Do not wait for bodies any longer: drop what they do, keep what is recorded, give the run up. */
  abandon(): void {
    if (this.#phase === 'held') this.#endWith({ kind: 'release' })
  }

  /** Drop the pass at once, and make this the last turn. */
  #endWith(turn: Extract<Turn, { readonly kind: 'finish' | 'block' | 'release' }>): void {
    const pass = this.#pass
    this.#pass = undefined
    this.#wish = { kind: 'end', turn }
    pass?.dropped(turn.kind === 'finish' ? 'FINISHED' : turn.kind === 'block' ? 'BLOCKED' : 'CLOSED')
    this.#act()
  }

  readonly #sequence = {
    nextStartSeq: (): number => {
      this.#startSeq += 1
      return this.#startSeq
    },
    nextSettleSeq: (): number => {
      this.#settleSeq += 1
      return this.#settleSeq
    },
  }

  #restore(operations: readonly OperationRecord[]): OperationRecord[] {
    const settled: OperationRecord[] = []
    for (const operation of [...operations].sort((a, b) => a.startSeq - b.startSeq)) {
      this.#operations.set(operation.operationId, operation)
      if (operation.type === 'EXECUTION') this.#isCancelFolded = true
      if (isSettled(operation.status)) settled.push(operation)
      else this.#expect(operation)
    }
    return settled.sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
  }

  /** An open operation: what may end it from outside. */
  #expect(operation: OperationRecord): void {
    this.#dueTimes.set(operation.operationId, operation.dueAt)
    if (operation.subType === eventSubType) this.#newWaits.push(operation)
  }

  #keep(operation: OperationRecord): void {
    const isNew = !this.#operations.has(operation.operationId)
    this.#operations.set(operation.operationId, operation)
    this.#dirty.set(operation.operationId, operation)
    // What ends no later than it began does not wait for the store to say so.
    const isOver = operation.dueAt !== null && operation.dueAt <= this.now()
    this.#dueTimes.set(operation.operationId, isOver ? 0 : operation.dueAt)
    if (operation.subType !== eventSubType) return
    if (isNew) this.#newWaits.push(operation)
    else if (isSettled(operation.status)) this.#waits.close(operation)
  }

  #clamped(operation: OperationRecord): OperationRecord {
    if (operation.endedAt === null) return operation
    this.#latestAt = Math.max(this.#latestAt, operation.endedAt)
    return { ...operation, endedAt: this.#latestAt }
  }

  #see(view: HolderView, sentAt: number): void {
    const wasPaused = this.#row.control.paused
    this.#row = { ...this.#row, control: view.control, inboxSeq: view.inboxSeq }
    this.#lease.seen(view, sentAt, this.#host.monotonic())
    if (wasPaused && !view.control.paused) this.#pass?.resumed()
  }

  /** Fetch what is new, fold it, announce it, and go on with what was wished. */
  async #catchUp(): Promise<void> {
    if (this.#isBusy || this.#phase !== 'held') return
    this.#isBusy = true
    try {
      await this.#fetch()
    } catch (error) {
      this.#host.warn('Messages could not be read; the run is given up.', { error, executionId: this.run.executionId })
      this.lose()
    } finally {
      this.#isBusy = false
    }
    this.#act()
  }

  async #fetch(): Promise<void> {
    while (this.#fetchedSeq < this.#row.inboxSeq) {
      const { inboxSeq } = this.#row
      const messages = await this.#host.messages(this.#row, this.#fetchedSeq)
      this.#newMessages.push(...messages)
      this.#fetchedSeq = messages.length === 0 ? inboxSeq : (messages.at(-1)?.inboxSeq ?? inboxSeq)
      if (this.#phase !== 'held') return
    }
  }

  #act(): void {
    if (this.#phase !== 'held' || this.#isBusy) return
    if (this.#fetchedSeq < this.#row.inboxSeq) return void this.#catchUp()
    this.#fold()
    if (this.#isExpired()) return
    if (this.#announce()) return
    const turn = this.#nextTurn()
    if (turn === undefined) return this.#armTimer()
    this.#isBusy = true
    this.#disarmTimer()
    void this.#commit(turn)
  }

  /** What to commit now, if anything. */
  #nextTurn(): Turn | undefined {
    const wish = this.#wish
    if (wish.kind === 'end') return wish.turn
    if (wish.kind === 'nothing') return undefined
    const hasUpdates = this.#isUrgent || this.#announcements.length > 0
    if (wish.kind === 'flush' || this.#announcements.length > 0) return hasUpdates ? { kind: 'continue' } : undefined
    if (this.#host.isDirect) return hasUpdates ? { kind: 'continue' } : undefined
    if (this.#isStopping && this.#hasRefusedStart) return { kind: 'release' }
    const dueAt = this.#wakeAt()
    // Due already, by this process's reckoning: asking the store is cheaper than letting go and claiming again.
    if (dueAt !== null && dueAt <= this.now()) return hasUpdates ? { kind: 'continue' } : undefined
    return { kind: 'suspend', dueAt, waitsFor: this.#waits.topics() }
  }

  async #commit(turn: Turn): Promise<void> {
    const operations = this.#dirty
    const consumed = [...this.#consumed, ...this.#waits.takeDropped()]
    this.#dirty = new Map()
    this.#consumed = []
    const wasUrgent = this.#isUrgent
    this.#isUrgent = false
    const unannounced = this.#unannounced
    this.#unannounced = []
    const sentAt = this.#host.monotonic()
    this.#isLettingGo = turn.kind !== 'continue'
    const answer = await this.#submit(turn, [...operations.values()], consumed)
    this.#isBusy = false
    this.#isLettingGo = false
    if (this.#phase !== 'held') return
    if (answer.kind === 'fenced' || answer.kind === 'rejected') {
      if (answer.kind === 'rejected') {
        this.#host.warn(`The store refused a turn: ${answer.reason}`, { executionId: this.run.executionId })
      }
      return this.lose()
    }
    if (answer.kind === 'stale') {
      this.#dirty = new Map([...operations, ...this.#dirty])
      this.#consumed = [...consumed, ...this.#consumed]
      this.#isUrgent ||= wasUrgent
      this.#unannounced = [...unannounced, ...this.#unannounced]
      return this.#decideAgain(turn, answer, sentAt)
    }
    this.#commitSeq += 1
    this.#see(answer, sentAt)
    this.#afterCommit(turn, operations, unannounced)
  }

  async #submit(
    turn: Turn,
    operations: readonly OperationRecord[],
    consumed: readonly ConsumedMessage[],
  ): Promise<CommitAnswer> {
    try {
      return await this.#host.commit({
        key: this.run,
        fence: this.#row.fence,
        commitSeq: this.#commitSeq + 1,
        leaseMs: this.#host.leaseMs,
        operations,
        consumed,
        counters: { startSeq: this.#startSeq, settleSeq: this.#settleSeq },
        seen: { inboxSeq: this.#fetchedSeq, controlSeq: this.#foldedControlSeq },
        turn,
        children: [],
        messages: [],
      })
    } catch (error) {
      this.#host.warn('A turn could not be committed; the run is given up.', { error, executionId: this.run.executionId })
      return { kind: 'fenced' }
    }
  }

  #afterCommit(turn: Turn, operations: ReadonlyMap<string, OperationRecord>, unannounced: OperationRecord[]): void {
    if (turn.kind === 'finish') return this.#over({ reason: 'FINISHED', finish: turn })
    if (turn.kind === 'block') return this.#over({ reason: 'BLOCKED', finish: undefined })
    if (turn.kind === 'release') return this.#over({ reason: 'CLOSED', finish: undefined })
    for (const announcement of this.#announcements) {
      if (operations.has(announcement.operation.operationId)) announcement.isDurable = true
    }
    for (const operation of unannounced) this.#pass?.changed(operation)
    if (turn.kind === 'suspend') {
      this.#phase = 'released'
      this.#disarmTimer()
      this.#pass?.suspended()
      return this.#host.released(this, turn.dueAt)
    }
    // Whoever recorded in the meantime has been told "flush" or "idle" while the commit was in flight.
    this.#act()
  }

  #decideAgain(turn: Turn, view: HolderView, sentAt: number): void {
    this.#see(view, sentAt)
    if (turn.kind === 'finish' && this.#pass !== undefined) {
      this.#wish = { kind: 'nothing' }
      void this.#catchUp().then(() => this.#pass?.stale())
      return
    }
    this.#pass?.resumed()
    void this.#catchUp()
  }

  /** Bring what happened outside into the order of the journal. */
  #fold(): void {
    for (const wait of this.#newWaits.splice(0)) {
      if (!isOpen(this.#operations.get(wait.operationId))) continue
      const match = this.#waits.open(wait)
      if (match !== undefined) this.#consume(match.operationId, match.message)
    }
    const happenings = this.#takeHappenings()
    this.#foldedControlSeq = this.#row.control.seq
    if (happenings.length === 0) return
    for (const happening of foldInOrder(happenings)) this.#happen(happening)
  }

  #takeHappenings(): Happening[] {
    const happenings: Happening[] = []
    const messages = this.#newMessages.splice(0)
    for (const message of messages) happenings.push({ kind: 'message', at: message.receivedAt, message })
    for (const { key, at } of this.#dueTimes.takeDue(this.#lease.seenNow)) {
      happenings.push({ kind: 'timer', at, operationId: key })
    }
    const { cancel } = this.#row.control
    if (cancel !== null && !this.#isCancelFolded) happenings.push({ kind: 'cancel', at: cancel.requestedAt })
    return happenings
  }

  #happen(happening: Happening): void {
    if (happening.kind === 'cancel') return this.#recordCancel()
    if (happening.kind === 'message') {
      const match = this.#waits.receive(happening.message)
      if (match !== undefined) this.#consume(match.operationId, match.message)
      return
    }
    const operation = this.#operations.get(happening.operationId)
    if (operation === undefined || !isOpen(operation)) return
    if (operation.type === 'STEP') return this.#makeReady(operation)
    this.#settle(operation, operation.type === 'WAIT' ? 'SUCCEEDED' : 'TIMED_OUT', happening.at)
  }

  /** An attempt begins only after the failure of the one before is durable. */
  #makeReady(operation: OperationRecord): void {
    if (this.#dirty.has(operation.operationId)) return this.#dueTimes.set(operation.operationId, operation.dueAt)
    const ready: OperationRecord = { ...operation, status: 'READY', dueAt: null }
    this.#operations.set(operation.operationId, ready)
    this.#ready.push(ready)
  }

  #consume(operationId: string, message: InboxMessage): void {
    const operation = this.#operations.get(operationId)
    if (operation === undefined) return
    this.#consumed.push({ inboxSeq: message.inboxSeq, operationId })
    this.#settle({ ...operation, value: message.value, error: message.error }, 'SUCCEEDED', message.receivedAt)
  }

  #recordCancel(): void {
    this.#isCancelFolded = true
    const { cancel } = this.#row.control
    if (cancel === null) return
    this.#settle(
      {
        operationId: cancelOperationId,
        parentId: null,
        name: 'cancel',
        occurrence: 1,
        type: 'EXECUTION',
        subType: cancelSubType,
        status: 'STARTED',
        startSeq: this.#sequence.nextStartSeq(),
        settleSeq: null,
        attempt: 0,
        dueAt: null,
        value: null,
        error: { name: 'CancelledError', code: 'CANCELLED', message: cancel.reason ?? 'cancelled' },
        extras: null,
        startedAt: cancel.requestedAt,
        endedAt: null,
      },
      'CANCELLED',
      cancel.requestedAt,
    )
  }

  #settle(operation: OperationRecord, status: OperationStatus, at: number): void {
    const settled = this.#clamped({
      ...operation,
      status,
      settleSeq: this.#sequence.nextSettleSeq(),
      dueAt: null,
      endedAt: Math.max(at, operation.startedAt),
    })
    this.#keep(settled)
    this.#announcements.push({ operation: settled, isDurable: true })
  }

  /** Announce, in order, what may be; true if anything was: the pass comes back when user code is quiet again. */
  #announce(): boolean {
    let count = 0
    for (const { operation, isDurable } of this.#announcements) {
      if (!isDurable) break
      count += 1
      this.#pass?.changed(operation)
    }
    const ready = this.#ready.splice(0)
    for (const operation of ready) this.#pass?.changed(operation)
    if (count + ready.length === 0) return false
    this.#announcements.splice(0, count)
    if (this.#wish.kind === 'end' || this.#pass === undefined) return false
    this.#wish = { kind: 'nothing' }
    return true
  }

  /** End a run whose time is up, whatever its code is doing. */
  #isExpired(): boolean {
    if (this.#wish.kind === 'end' && this.#pass === undefined) return false
    const { deadlineAt, cancel } = this.#row.control
    const now = this.#lease.seenNow
    const error = { name: 'ExecutionTimedOutError', code: 'EXECUTION_TIMED_OUT', message: 'the timeout has passed' }
    if (deadlineAt !== null && deadlineAt <= now) {
      this.#endWith({ kind: 'finish', status: 'TIMED_OUT', output: null, error, compensationOutcome: null })
      return true
    }
    if (cancel === null || cancel.requestedAt + this.#host.cancelGraceMs > now) return false
    const reason = { name: 'CancelledError', code: 'CANCELLED', message: cancel.reason ?? 'cancelled' }
    this.#endWith({ kind: 'finish', status: 'CANCELLED', output: null, error: reason, compensationOutcome: null })
    return true
  }

  /** When a run that is let go of must be looked at again. The deadline is the row's own. */
  #wakeAt(): number | null {
    const { cancel } = this.#row.control
    const graceEnds = cancel === null ? Infinity : cancel.requestedAt + this.#host.cancelGraceMs
    const wakeAt = Math.min(this.#dueTimes.earliest ?? Infinity, graceEnds)
    return wakeAt === Infinity ? null : wakeAt
  }

  /** While the run is held, its timers are this process's business. */
  #armTimer(): void {
    this.#disarmTimer()
    const wakeAt = Math.min(this.#wakeAt() ?? Infinity, this.#row.control.deadlineAt ?? Infinity)
    if (wakeAt === Infinity) return
    this.#stopTimer = this.#host.schedule(Math.max(0, wakeAt - this.now()), () => void this.#lookSafely())
  }

  /** Due by this process's reckoning: the store decides, and says whether a message came before the timer. */
  async #lookSafely(): Promise<void> {
    try {
      await this.look()
    } catch (error) {
      this.#host.warn('The store could not be asked; trying again.', { error, executionId: this.run.executionId })
      this.#stopTimer = this.#host.schedule(retryLookMs, () => void this.#lookSafely())
    }
  }

  #disarmTimer(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #over(ending: JournalEnding): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#disarmTimer()
    const pass = this.#pass
    this.#pass = undefined
    pass?.dropped(ending.reason)
    this.#host.ended(this, ending)
  }
}

function isOpen(operation: OperationRecord | undefined): boolean {
  return operation !== undefined && !isSettled(operation.status)
}

function factsOf(row: RunRecord): RunFacts {
  const { namespace, executionId, runNo, workflow, version, seed, input, createdAt, tenantId } = row
  const startedAt = row.startedAt ?? row.createdAt
  return { namespace, executionId, runNo, workflow, version, seed, input, createdAt, startedAt, tenantId }
}

function finishTurn(ending: PassEnding): Extract<Turn, { readonly kind: 'finish' }> {
  const common = { kind: 'finish', output: null, error: null, compensationOutcome: null } as const
  switch (ending.kind) {
    case 'completed':
      return { ...common, status: 'COMPLETED', output: ending.output }
    case 'failed':
      return { ...common, status: 'FAILED', error: ending.error }
    case 'cancelled':
      return { ...common, status: 'CANCELLED', error: ending.error }
  }
}
