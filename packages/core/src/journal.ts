import type { Capabilities } from './capabilities.js'
import type { EncodedValue } from './encoded-value.js'
import type { ErrorObject } from './error-object.js'
import type { BlockedReasonCode, OperationExtras, OperationRecord, RunKey } from './records.js'
import type { OperationAction, OperationType } from './statuses.js'

/**
 * The port behind the durable context: what replay needs, in the vocabulary of operation updates, and nothing else.
 * The engine implements it over a {@link Store}; an adapter whose service owns leases and timers implements it over
 * that service. One journal serves one pass: one live execution of a workflow function, from its first line to its
 * end, across suspensions, until it is dropped.
 *
 * What a pass may rely on:
 *
 * - **Updates become durable in the order in which they were recorded**, and those recorded together become durable
 *   together or not at all.
 * - **`changed` is called in settlement order.** An operation that became final is announced only after all that
 *   settled before it. An outcome that the pass itself recorded is announced when it is durable. A timer or a message
 *   that follows from what is durable already may be announced before its own row is; the row joins the next turn,
 *   before anything that came of it. A timer whose start is not durable (a sleep of no time) follows from nothing: it
 *   is announced when its row is durable.
 * - **After `dropped`, nothing.** Whoever holds the run now replays it. The pass must not start a body, and nothing
 *   that it records is written.
 */
export interface Journal {
  readonly capabilities: Capabilities
  readonly run: RunFacts

  /** Names the newest durable state of the run; for people and logs. */
  readonly checkpointToken: string

  /** Operations that were final when the pass began, in settlement order. Asked for before `attach`, and not after. */
  readonly settlements: readonly OperationRecord[]

  /** Operations that were recorded and not final when the pass began: how far an earlier pass had come. As above. */
  readonly unfinished: readonly OperationRecord[]

  /** How many operations the run has recorded, for the limit in the manifest. */
  readonly operationCount: number

  /** How an operation stands, until its outcome has been delivered; undefined if it was never recorded. */
  lookup(operationId: string): OperationRecord | undefined

  /** User code has the outcome of this operation: the journal may forget it. */
  delivered(operationId: string): void

  /** Now, as the store would say: its last answer plus the time that has passed since. Milliseconds since epoch. */
  now(): number

  /**
   * False when a body must not be started: paused, about to be given up, or the lease is no longer surely ours. Asked
   * before each body. `hasBegun`: the start of the attempt is durable, and nobody could tell one that never ran from one
   * that was interrupted; then only the lease counts.
   */
  mayStart(hasBegun?: boolean): boolean

  /** Add an update to the next turn. Returns the operation as it will stand; `changed` says when it is durable. */
  record(update: OperationUpdate): OperationRecord

  /** Who is told. Called once, before anything else. */
  attach(pass: JournalListener): void

  /** User code is quiet but bodies are running: write what has been recorded. */
  flush(): void

  /**
   * User code is quiet and no body runs: let go of the run until a timer or a message, unless one is here already.
   * `isDelayed`: a delay between attempts is to be spent in the process, so keep the run unless the process stops.
   */
  idle(isDelayed?: boolean): void

  /**
   * The run was let go of, and user code has gone on: it awaited something that is not durable. Hold the run again as
   * soon as that can be done; where it cannot, it goes on when it is due.
   */
  takeBack(): void

  /** The workflow has ended. Asked again after `stale`. */
  finish(ending: PassEnding): void

  /** The run cannot go on with this code: keep everything, run nothing, say why. */
  block(why: BlockedBecause): void
}

/** Why a pass cannot go on, as it sees it. */
export interface BlockedBecause {
  readonly reason: Extract<BlockedReasonCode, 'NON_DETERMINISTIC' | 'UNREADABLE' | 'MISUSE'>
  readonly message: string
}

/** Who the pass is, once and for all. */
export interface RunFacts extends RunKey {
  readonly workflow: string
  readonly version: string
  readonly seed: string
  readonly input: EncodedValue
  readonly createdAt: number
  readonly startedAt: number
  readonly tenantId: string | null
}

/** What a pass asks of an operation. The rule that applies it is `applyUpdate`, the same for every adapter. */
export interface OperationUpdate {
  readonly operationId: string
  readonly parentId: string | null
  readonly name: string
  readonly occurrence: number
  readonly type: OperationType
  readonly subType: string
  readonly action: OperationAction
  readonly value?: EncodedValue
  readonly error?: ErrorObject
  readonly extras?: OperationExtras
  /** When a wait ends, a retry may start or a wait for a message times out; null: never. */
  readonly dueAt?: number | null
}

/** How the workflow function ended, before a cancel is taken into account. */
export type PassEnding =
  | { readonly kind: 'completed'; readonly output: EncodedValue }
  | { readonly kind: 'failed'; readonly error: ErrorObject }
  | { readonly kind: 'cancelled' }

export interface JournalListener {
  /** An operation stands differently, in the order of the journal. */
  changed(operation: OperationRecord): void
  /** The run is held again after a suspension, or a pause is over: what was parked may start. */
  resumed(): void
  /** The run was let go; only `resumed` or `dropped` follows. `hasGoneOn`: the pass has begun or ended something meanwhile. */
  suspended(hasGoneOn: boolean): void
  /** The ending rests on an old view, and what is new has been announced: decide again. */
  stale(): void
  /** The pass is over for good. */
  dropped(reason: DropReason): void
}

/** Why a pass is over. `TERMINATED`: somebody has terminated the run while it was held here. */
export type DropReason = 'FINISHED' | 'TERMINATED' | 'LEASE_LOST' | 'EVICTED' | 'BLOCKED' | 'CLOSED'

/** `subType` of the journal entry that says a cancel reached the run: an EXECUTION operation, settled like any other. */
export const cancelSubType = 'Cancel'

/** `subType` of a wait for an event; its name is the event's name. */
export const eventSubType = 'WaitForEvent'
