import {
  type BlockedBecause,
  type Capabilities,
  type CommitAnswer,
  type CommitMark,
  corruptedReason,
  type DropReason,
  earlier,
  type HolderView,
  type Journal,
  type JournalListener,
  type LookAnswer,
  type OperationRecord,
  type OperationUpdate,
  type PassEnding,
  type RunCounters,
  type RunFacts,
  type RunKey,
  type RunRecord,
  type TerminalStatus,
  type TopicRequest,
  type Turn,
} from '@perdure/core'
import { DamagedRows } from './damaged-rows.js'
import { HeldRow } from './held-row.js'
import type { JournalEnding, JournalHost } from './journal-host.js'
import type { Lease } from './lease.js'
import { isCancel, Ledger } from './ledger.js'
import type { TurnContent } from './pending-turn.js'
import { finishTurn, type LastTurn, recordedGraceEnd } from './turns.js'

/** What the pass, or this process, wants done as soon as no commit is in flight. */
type Wish =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'idle'; readonly isDelayed: boolean }
  | { readonly kind: 'end'; readonly turn: LastTurn }

const nothing: Wish = { kind: 'nothing' }
const goOn: Turn = { kind: 'continue' }
const nothingToWrite = { operations: new Map<string, OperationRecord>(), consumed: [] }
const retryLookMs = 200

/**
 * The journal of one held run over a store: the holder's side of the actor.
 *
 * **At most one commit is in flight**; updates made meanwhile join the next. What is written and what is announced, and
 * in which order, is the business of its ledger; when, and what becomes of the run, is decided here.
 *
 * Everything goes through `#act`: fetch what is new, fold it, announce what may be; and when there is nothing to
 * announce, do what was wished.
 */
export class RunJournal implements Journal {
  readonly capabilities: Capabilities
  readonly run: RunFacts
  readonly key: RunKey
  readonly #host: JournalHost
  readonly #ledger: Ledger
  readonly #held: HeldRow
  #pass: JournalListener | undefined
  #phase: 'held' | 'released' | 'over' = 'held'
  /** The store has been asked something whose answer decides what comes next. */
  #isBusy = false
  /** A turn that gives the run up is on its way: nothing may start until it is answered. */
  #isLettingGo = false
  /** The pass has begun or ended something meanwhile. */
  #hasGoneOn = false
  /** Somebody asked to look while the store was being asked something else. */
  #isLookWanted = false
  #wish: Wish = nothing
  #stopTimer: (() => void) | undefined
  #isStopping = false
  #hasRefusedStart = false

  constructor(
    host: JournalHost,
    row: RunRecord,
    operations: readonly OperationRecord[],
    view: HolderView,
    sentAt: number,
  ) {
    this.#host = host
    this.#held = new HeldRow(row, host.leaseMs, host.cancelGraceMs)
    this.capabilities = host.capabilities
    this.run = factsOf(row)
    this.key = { namespace: row.namespace, executionId: row.executionId, runNo: row.runNo }
    const { startedAt } = this.run
    this.#ledger = new Ledger({ run: this.key, startedAt, counters: row.counters, operations }, () =>
      this.now(),
    )
    this.#see(view, sentAt)
    const { recordedCancel } = this.#ledger
    if (recordedCancel !== undefined) this.#held.cancelReached(recordedGraceEnd(recordedCancel))
  }

  get settlements(): readonly OperationRecord[] {
    return this.#ledger.settlements
  }

  get unfinished(): readonly OperationRecord[] {
    return this.#ledger.unfinished
  }

  get isHeld(): boolean {
    return this.#phase === 'held'
  }

  /** True while it is let go of, and may be resumed. */
  get isReleased(): boolean {
    return this.#phase === 'released'
  }

  /** The row as it was when it was claimed. */
  get row(): RunRecord {
    return this.#held.row
  }

  get lease(): Lease {
    return this.#held.lease
  }

  /** The commit last acknowledged: a claim that returns it may go on without replay. */
  get mark(): CommitMark {
    return this.#held.mark
  }

  /** The run is a suspect, and this process has lived with it for long enough. */
  get isProven(): boolean {
    return this.#held.isProven(this.#host.monotonic())
  }

  get checkpointToken(): string {
    const { nonce, commitSeq } = this.mark
    return `${this.row.fence.epoch}.${nonce}.${commitSeq}`
  }

  attach(pass: JournalListener): void {
    this.#pass = pass
    this.#ledger.handedOver()
    this.#act()
  }

  get operationCount(): number {
    return this.#ledger.counters.startSeq
  }

  lookup(operationId: string): OperationRecord | undefined {
    return this.#ledger.lookup(operationId)
  }

  delivered(operationId: string): void {
    this.#ledger.forget(operationId)
  }

  now(): number {
    return Math.floor(this.lease.storeNow(this.#host.monotonic()))
  }

  mayStart(hasBegun = false): boolean {
    this.#hasGoneOn ||= this.#isLettingGo
    if (!this.isHeld || this.#isLettingGo || (this.#held.control.paused && !hasBegun)) return false
    if (this.#isStopping && !hasBegun) {
      this.#hasRefusedStart = true
      return false
    }
    if (!this.lease.isSurelyHeld(this.#host.monotonic())) {
      this.lose()
      return false
    }
    this.#isIdleNoMore()
    return true
  }

  record(update: OperationUpdate): OperationRecord {
    this.#hasGoneOn ||= this.#isLettingGo
    this.#isIdleNoMore()
    const operation = this.#ledger.record(update)
    this.#host.recorded(this, operation)
    return operation
  }

  flush(): void {
    this.#want({ kind: 'flush' })
  }

  idle(isDelayed = false): void {
    this.#want({ kind: 'idle', isDelayed })
  }

  takeBack(): void {
    if (this.#phase === 'released') this.#host.wanted(this)
  }

  finish(ending: PassEnding): void {
    this.#hasGoneOn ||= this.#isLettingGo
    this.#want({ kind: 'end', turn: finishTurn(ending, this.#held.control.cancel) })
  }

  block({ reason, message }: BlockedBecause): void {
    if (!this.isHeld) return
    const { build } = this.#host
    // If it is being cancelled it still is: code that can go on cleans up.
    this.#ledger.cancelUnheard()
    this.#endWith({ kind: 'block', blocked: { reason, message, build } })
  }

  /** Held again by the same process, with nothing written in between. */
  resume(row: RunRecord, view: HolderView, sentAt: number): void {
    this.#held.claimed(row)
    this.#ledger.claimedAgain()
    this.#phase = 'held'
    this.#wish = nothing
    this.#see(view, sentAt)
    this.#pass?.resumed()
    this.#act()
  }

  /** The store said how the row stands. */
  viewed(view: HolderView, sentAt: number): void {
    if (!this.isHeld) return
    this.#see(view, sentAt)
    this.#act()
  }

  /** A plain read says how the row stands. The store is asked again, so as to learn its time, only for real news. */
  lookedAt(answer: LookAnswer): void {
    if (!this.isHeld) return
    if (answer.kind === 'fenced') {
      // A turn that lets go of it may have been there first: its own answer says what became of the run.
      if (!this.#isLettingGo) this.lose(answer.status)
      return
    }
    const { control, inboxSeq } = this.#held
    const isMail = answer.inboxSeq > inboxSeq && this.#ledger.topics.length > 0
    if (isMail || answer.controlSeq > control.seq) void this.lookSafely()
  }

  /** Something has come in, or is due: ask the store how the row stands. */
  async look(): Promise<void> {
    this.#isLookWanted = this.isHeld && this.#isBusy
    if (!this.isHeld || this.#isBusy) return
    const sentAt = this.#host.monotonic()
    const { fence } = this.row
    const answer = await this.#host.refresh(this)
    // Of a lease that was let go of meanwhile the answer means nothing, also where it was taken again.
    if (!this.isHeld || this.row.fence.nonce !== fence.nonce) return
    // A turn that lets go of it may have been there first: its own answer says what became of the run.
    if (answer.kind === 'fenced' && this.#isLettingGo) return
    if (answer.kind === 'fenced') this.lose(answer.status)
    else this.viewed(answer, sentAt)
  }

  /** The same, again and again until the store answers. */
  async lookSafely(): Promise<void> {
    try {
      await this.look()
    } catch (error) {
      this.#warn('The store could not be asked; trying again.', error)
      if (!this.isHeld) return
      this.#disarmTimer()
      this.#stopTimer = this.#host.schedule(retryLookMs, () => void this.lookSafely())
    }
  }

  /**
   * The lease is no longer surely ours: stop before anybody else can begin. Nothing is written. `status`: how the run
   * has ended, where the store said so.
   */
  lose(status?: TerminalStatus): void {
    this.#over({ reason: status === 'TERMINATED' ? status : 'LEASE_LOST', finish: undefined })
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
    if (this.isHeld) this.#endWith({ kind: 'release' })
  }

  #see(view: HolderView, sentAt: number): void {
    if (this.#held.see(view, sentAt, this.#host.monotonic())) this.#pass?.resumed()
  }

  #want(wish: Wish): void {
    // The end is the end: what the pass wants besides is part of it.
    if (this.#wish.kind !== 'end' || wish.kind === 'end') this.#wish = wish
    this.#act()
  }

  /** The pass has begun something since it said that it waits; it says again when user code is quiet. */
  #isIdleNoMore(): void {
    if (this.#wish.kind === 'idle') this.#wish = nothing
  }

  /** Drop the pass at once, and make this the last turn. */
  #endWith(turn: LastTurn): void {
    this.#dropPass(turn.kind === 'finish' ? 'FINISHED' : turn.kind === 'block' ? 'BLOCKED' : 'CLOSED')
    this.#want({ kind: 'end', turn })
  }

  #dropPass(reason: DropReason): void {
    const pass = this.#pass
    this.#pass = undefined
    pass?.dropped(reason)
  }

  #act(): void {
    if (!this.isHeld || this.#isBusy) return
    this.#disarmTimer()
    if (this.#isLookWanted) void this.lookSafely()
    const unasked = this.#takeUnasked()
    if (unasked.length > 0) return void this.#fetch(unasked)
    this.#fold()
    if (this.#isExpired()) return
    if (this.#announce()) return
    const turn = this.#nextTurn()
    if (turn === undefined) this.#armTimer()
    else void this.#commit(turn)
  }

  /** What is to be asked for, of the messages that may be there for the waits that there are. */
  #takeUnasked(): readonly TopicRequest[] {
    const { fetchedSeq, inboxSeq, pendingCount } = this.#held
    if (fetchedSeq < inboxSeq) this.#ledger.expectMail()
    const unasked = this.#ledger.takeUnasked()
    if (unasked.length > 0 && pendingCount > this.#ledger.takenCount) return unasked
    this.#held.fetched(inboxSeq)
    return []
  }

  async #fetch(topics: readonly TopicRequest[]): Promise<void> {
    this.#isBusy = true
    const { inboxSeq } = this.#held
    try {
      this.#ledger.receive(await this.#host.messages(this.row, topics))
      this.#held.fetched(inboxSeq)
    } catch (error) {
      if (error instanceof DamagedRows) {
        this.#held.fetched(inboxSeq)
        this.#endWith({ kind: 'block', blocked: corruptedReason(this.key, error.message) })
      } else {
        this.#warn('Messages could not be read; the run is given up.', error)
        this.lose()
      }
    }
    this.#isBusy = false
    this.#act()
  }

  /** Bring what happened outside into the order of the journal. */
  #fold(): void {
    this.#held.folded()
    this.#ledger.fold(this.lease.seenNow, this.#held.control.cancel, () =>
      this.#held.cancelReached(undefined),
    )
  }

  /** Announce, in order, what may be; true if the pass has something to do and will come back. */
  #announce(): boolean {
    // Before it is attached nobody would hear it; after it is dropped nobody needs to.
    if (this.#pass === undefined) return false
    const operations = this.#ledger.takeNews()
    for (const operation of operations) this.#pass?.changed(operation)
    if (operations.length === 0) return false
    if (this.#wish.kind === 'end') {
      // An end is only decided again for a cancel: it wins.
      if (!operations.some(isCancel)) return false
      this.#pass?.stale()
    }
    this.#wish = nothing
    return true
  }

  /** What to commit now, if anything. */
  #nextTurn(): Turn | undefined {
    const wish = this.#wish
    // A cancel that waits for an outcome before it is announced first: then the end is decided again.
    if (wish.kind === 'end')
      return this.#pass !== undefined && this.#ledger.hasUntoldCancel ? goOn : wish.turn
    if (wish.kind === 'nothing') return undefined
    const { hasUntold, isUrgent } = this.#ledger
    const proceed = isUrgent || hasUntold ? goOn : undefined
    if (wish.kind === 'flush' || hasUntold || this.#host.isDirect) return proceed
    // A delay is spent here for the sake of speed; a worker that stops has better to do than to wait.
    if (wish.isDelayed && !this.#isStopping) return proceed
    if (this.#isStopping && this.#hasRefusedStart) return { kind: 'release' }
    const dueAt = this.#wakeAt()
    // Due already, by this process's reckoning: asking the store is cheaper than letting go and claiming again.
    if (dueAt !== null && dueAt <= this.now()) return proceed
    return { kind: 'suspend', dueAt, waitsFor: this.#ledger.topics }
  }

  async #commit(turn: Turn): Promise<void> {
    const content = this.#ledger.takeTurn()
    const { counters } = this.#ledger
    const sentAt = this.#host.monotonic()
    this.#isBusy = true
    this.#isLettingGo = turn.kind !== 'continue'
    this.#hasGoneOn = false
    const answer = await this.#submit(turn, content, counters)
    this.#isBusy = false
    this.#isLettingGo = false
    if (!this.isHeld) return
    switch (answer.kind) {
      case 'rejected':
        this.#warn(`The store refused a turn: ${answer.reason}`)
        return this.#setAside(answer.reason)
      case 'fenced':
        return this.lose(answer.status)
      case 'stale':
        this.#ledger.putBack(content)
        return this.#decideAgain(turn, answer, sentAt)
      default:
        this.#held.committed(counters)
        this.#see(answer, sentAt)
        return this.#committed(turn, content)
    }
  }

  /** A turn that can never be applied would only be made again: by its bodies, here and by every later holder. */
  async #setAside(reason: string): Promise<void> {
    const blocked = corruptedReason(this.key, `a turn of it is refused: ${reason}`)
    this.#isBusy = true
    this.#dropPass('BLOCKED')
    const answer = await this.#submit({ kind: 'block', blocked }, nothingToWrite, this.#held.counters)
    this.#isBusy = false
    if (!this.isHeld) return
    if (answer.kind === 'applied') this.#over({ reason: 'BLOCKED', finish: undefined, blocked })
    else this.lose()
  }

  async #submit(
    turn: Turn,
    { operations, consumed }: Pick<TurnContent, 'operations' | 'consumed'>,
    counters: RunCounters,
  ): Promise<CommitAnswer> {
    try {
      return await this.#host.commit({
        key: this.key,
        fence: this.row.fence,
        commitSeq: this.mark.commitSeq + 1,
        leaseMs: this.#host.leaseMs,
        proven: this.isProven,
        operations: [...operations.values()],
        consumed,
        counters,
        seen: this.#held.seen,
        turn,
        children: [],
        messages: [],
      })
    } catch (error) {
      this.#warn('A turn could not be committed; the run is given up.', error)
      return { kind: 'fenced' }
    }
  }

  #committed(turn: Turn, content: TurnContent): void {
    switch (turn.kind) {
      case 'finish':
        return this.#over({ reason: 'FINISHED', finish: turn })
      case 'block':
        return this.#over({ reason: 'BLOCKED', finish: undefined, blocked: turn.blocked })
      case 'release':
        return this.#over({ reason: 'CLOSED', finish: undefined })
      case 'suspend':
        // Dropped while it was on its way: nothing is left that could go on.
        if (this.#pass === undefined) return this.#over({ reason: 'CLOSED', finish: undefined })
        this.#ledger.written(content)
        this.#phase = 'released'
        // Before anybody else hears of it: it may be resumed at once.
        this.#pass?.suspended(this.#hasGoneOn)
        return this.#host.released(this, earlier(turn.dueAt, this.#held.control.deadlineAt))
      default:
        this.#ledger.written(content)
        for (const operation of content.changes) this.#pass?.changed(operation)
        return this.#act()
    }
  }

  /** Something came in while the run was being given up: fold it, and let the pass decide again. */
  #decideAgain(turn: Turn, view: HolderView, sentAt: number): void {
    this.#see(view, sentAt)
    // What was wished rests on the old view: the pass, if it lives, says again.
    if (this.#pass !== undefined) this.#wish = nothing
    // It was dropped because its time was up, which is not so any more: a cancel goes before, and the code cleans up.
    else if (turn.kind === 'finish')
      this.#wish = { kind: 'end', turn: this.#held.expiry ?? { kind: 'release' } }
    if (turn.kind === 'finish') this.#pass?.stale()
    else this.#pass?.resumed()
    this.#act()
  }

  /** End a run whose time is up, whatever its code is doing. */
  #isExpired(): boolean {
    const { expiry } = this.#held
    if (this.#pass === undefined || expiry === undefined) return false
    this.#endWith(expiry)
    return true
  }

  /** When a run that is let go of wants to go on. The deadline, which is the row's own, makes it due as well. */
  #wakeAt(): number | null {
    return earlier(this.#ledger.earliest, this.#held.graceEndsAt)
  }

  /** While the run is held, its timers are this process's business. */
  #armTimer(): void {
    const wakeAt = earlier(this.#wakeAt(), this.#held.control.deadlineAt)
    if (wakeAt === null) return
    // The store decides what is due, and says whether a message came before the timer.
    this.#stopTimer = this.#host.schedule(Math.max(0, wakeAt - this.now()), () => void this.lookSafely())
  }

  #disarmTimer(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #over(ending: JournalEnding): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#disarmTimer()
    this.#dropPass(ending.reason)
    this.#host.ended(this, ending)
  }

  #warn(message: string, error?: unknown): void {
    const { executionId, runNo } = this.key
    this.#host.warn(message, { executionId, runNo, ...(error === undefined ? {} : { error }) })
  }
}

function factsOf(row: RunRecord): RunFacts {
  const { namespace, executionId, runNo, workflow, version, seed, input, createdAt, tenantId } = row
  const startedAt = row.startedAt ?? row.createdAt
  return { namespace, executionId, runNo, workflow, version, seed, input, createdAt, startedAt, tenantId }
}
