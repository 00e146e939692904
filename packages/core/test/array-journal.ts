import { type Capabilities, capabilities } from '../src/capabilities.js'
import {
  type BlockedBecause,
  cancelSubType,
  type Journal,
  type JournalListener,
  type OperationUpdate,
  type PassEnding,
  type RunFacts,
} from '../src/journal.js'
import type { OperationRecord } from '../src/records.js'
import { applyUpdate, type Sequence } from '../src/rules/apply-update.js'
import { isSettled, type OperationStatus } from '../src/statuses.js'

/**
 * A journal in an array. What is recorded becomes durable, a microtask later, when the pass asks for it; what comes
 * from outside (timers, messages, requests) comes when a test says so. A journal made of the `rows` of another one is
 * what a worker finds after a crash.
 */
export class ArrayJournal implements Journal {
  capabilities: Capabilities = capabilities({ adapter: 'array', events: 'buffered' })
  readonly run: RunFacts
  readonly checkpointToken: string = 'token-1'
  readonly settlements: readonly OperationRecord[]
  readonly unfinished: readonly OperationRecord[]
  /** The store's time. */
  time = 10_000
  /** False: paused, or the lease is not surely ours. */
  canStart = true
  /** False: what is recorded does not become durable until `commit` is called. */
  commits = true
  isReleased = false
  /** How often the pass asked to be held again. */
  takeBackCount = 0
  /** What the pass said last. */
  said: 'nothing' | 'flush' | 'idle' | 'finish' = 'nothing'
  ending: PassEnding | undefined
  blockedBecause: string | undefined
  /** Operations that user code has been given, in order. */
  readonly deliveries: string[] = []
  readonly #operations: Map<string, OperationRecord>
  readonly #rows: Map<string, OperationRecord>
  readonly #settled = new Set<string>()
  readonly #sequence: Sequence
  #news: OperationRecord[] = []
  #pass: JournalListener | undefined

  constructor(rows: readonly OperationRecord[] = [], run: Partial<RunFacts> = {}) {
    this.run = { ...facts, ...run }
    this.#rows = new Map(rows.map((row) => [row.operationId, row]))
    this.#operations = new Map(this.#rows)
    const settled = rows.filter(({ settleSeq }) => settleSeq !== null)
    this.settlements = settled.sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
    this.unfinished = rows.filter(({ settleSeq }) => settleSeq === null)
    let startSeq = Math.max(0, ...rows.map((row) => row.startSeq))
    let settleSeq = settled.length
    this.#sequence = { nextStartSeq: () => ++startSeq, nextSettleSeq: () => ++settleSeq }
  }

  get operationCount(): number {
    return this.#rows.size
  }

  /** What is durable, in the order in which it was first recorded. */
  get rows(): OperationRecord[] {
    return [...this.#rows.values()].sort((a, b) => a.startSeq - b.startSeq)
  }

  row(name: string): OperationRecord | undefined {
    return this.rows.find((row) => row.name === name)
  }

  /** True while something is recorded and not durable. */
  get hasNews(): boolean {
    return this.#news.length > 0
  }

  attach(pass: JournalListener): void {
    this.#pass = pass
  }

  lookup(operationId: string): OperationRecord | undefined {
    return this.#operations.get(operationId)
  }

  delivered(operationId: string): void {
    this.deliveries.push(this.#operations.get(operationId)?.name ?? operationId)
    this.#operations.delete(operationId)
  }

  now(): number {
    return this.time
  }

  mayStart(hasBegun = false): boolean {
    return (this.canStart || hasBegun) && !this.isReleased
  }

  record(update: OperationUpdate): OperationRecord {
    if (this.#settled.has(update.operationId))
      throw new Error(`${update.name} is settled and was recorded again.`)
    const operation = applyUpdate(this.#operations.get(update.operationId), update, this.time, this.#sequence)
    this.#operations.set(operation.operationId, operation)
    this.#news.push(operation)
    if (isSettled(operation.status)) this.#settled.add(operation.operationId)
    return operation
  }

  flush(): void {
    this.said = 'flush'
    if (this.commits) this.commit()
  }

  idle(isDelayed = false): void {
    if (isDelayed) return this.flush()
    this.said = 'idle'
    if (this.hasNews) return this.commits ? this.commit() : undefined
    this.isReleased = true
    this.#pass?.suspended(false)
  }

  takeBack(): void {
    this.takeBackCount += 1
  }

  finish(ending: PassEnding): void {
    this.said = 'finish'
    this.#makeDurable()
    this.ending = ending
    this.drop('FINISHED')
  }

  block({ message: reason }: BlockedBecause): void {
    this.blockedBecause = reason
    this.drop('BLOCKED')
  }

  commit(): void {
    const durable = this.#makeDurable()
    queueMicrotask(() => {
      for (const operation of durable) this.#pass?.changed(operation)
    })
  }

  drop(reason: Parameters<JournalListener['dropped']>[0]): void {
    this.#pass?.dropped(reason)
    this.#pass = undefined
  }

  resume(): void {
    this.isReleased = false
    this.#pass?.resumed()
  }

  stale(): void {
    this.ending = undefined
    this.#pass?.stale()
  }

  /** A timer or a message ends an operation that is open. */
  settle(name: string, status: OperationStatus = 'SUCCEEDED', change: Partial<OperationRecord> = {}): void {
    const open = [...this.#operations.values()].find((each) => each.name === name && !isSettled(each.status))
    if (open === undefined) throw new Error(`No open operation is called ${name}.`)
    this.#announce({ ...open, status, dueAt: null, ...change })
  }

  /** The delay of a retry is over. */
  ready(name: string): void {
    const waiting = [...this.#operations.values()].find(
      (each) => each.name === name && each.status === 'PENDING',
    )
    if (waiting === undefined) throw new Error(`No step that waits for a retry is called ${name}.`)
    const operation: OperationRecord = { ...waiting, status: 'READY', dueAt: null }
    this.#operations.set(operation.operationId, operation)
    if (this.isReleased) this.resume()
    this.#pass?.changed(operation)
  }

  /** A cancel reaches the run. */
  cancel(reason = 'no longer needed'): void {
    this.#announce({
      ...cancelOperation,
      startSeq: this.#sequence.nextStartSeq(),
      error: { name: 'x', message: reason },
    })
  }

  #announce(operation: OperationRecord): void {
    const settled = { ...operation, settleSeq: this.#sequence.nextSettleSeq(), endedAt: this.time }
    this.#operations.set(settled.operationId, settled)
    this.#rows.set(settled.operationId, settled)
    this.#settled.add(settled.operationId)
    if (this.isReleased) this.resume()
    this.#pass?.changed(settled)
  }

  #makeDurable(): OperationRecord[] {
    const durable = this.#news
    this.#news = []
    for (const operation of durable) this.#rows.set(operation.operationId, operation)
    return durable
  }
}

const facts: RunFacts = {
  namespace: 'main',
  executionId: 'order-42',
  runNo: 1,
  workflow: 'test',
  version: '1',
  seed: 'seed',
  input: { format: 'json', data: '{"cents":700}' },
  createdAt: 9_000,
  startedAt: 10_000,
  tenantId: null,
}

const cancelOperation: OperationRecord = {
  operationId: 'cancel',
  parentId: null,
  name: 'cancel',
  occurrence: 1,
  type: 'EXECUTION',
  subType: cancelSubType,
  status: 'CANCELLED',
  startSeq: 0,
  settleSeq: null,
  attempt: 0,
  attempts: [],
  dueAt: null,
  value: null,
  error: null,
  extras: null,
  startedAt: 10_000,
  endedAt: null,
}
