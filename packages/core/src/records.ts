import type { Reason } from './encoded-error.js'
import type { EncodedValue } from './encoded-value.js'
import type { ErrorObject } from './error-object.js'
import type { Json } from './json.js'
import type {
  CompensationOutcome,
  ExecutionStatus,
  OperationStatus,
  OperationType,
  TerminalStatus,
} from './statuses.js'

/** An execution: what users name, unique in a namespace. Messages are addressed to it. */
export interface ExecutionKey {
  readonly namespace: string
  readonly executionId: string
}

/** One run of an execution. The journal, idempotency keys and child outcomes belong to a run. */
export interface RunKey extends ExecutionKey {
  readonly runNo: number
}

/**
 * Proof of holding the lease, compared for equality in the same atomic act as every write of the holder.
 * `epoch` rises by one at each claim; `nonce` is random at each claim, because an integer alone can be handed out
 * twice by a store that failed over.
 */
export interface Fence {
  readonly epoch: number
  readonly nonce: string
}

/** Names one commit of one holding: the second half of recognising a commit whose answer was lost. */
export interface CommitMark {
  readonly nonce: string
  readonly commitSeq: number
}

/** Who hears of a run's outcome. */
export interface ParentLink {
  readonly executionId: string
  readonly runNo: number
  readonly operationId: string
}

/**
 * What others asked of a run. It is a column, not a message: set in one atomic verb, answered to the holder with
 * every claim, commit and renewal. `seq` rises with every accepted request, so "has the holder seen it" is one
 * comparison.
 */
export interface ControlState {
  readonly seq: number
  readonly paused: boolean
  readonly cancel: CancelRequest | null
  /** When the run is out of time; null: never, also once a cancel was accepted or the passing was recorded. */
  readonly deadlineAt: number | null
}

export interface CancelRequest {
  readonly reason: Reason | null
  readonly requestedAt: number
  /** Until when the run may clean up, if it was continued as new since; else that is in its journal. */
  readonly graceEndsAt?: number
}

/**
 * `NON_DETERMINISTIC`: the code does not fit the journal. `UNREADABLE`: the codec refuses a value. `MISUSE`: the code
 * uses a context where it must not. `POISONED`: its holders died again and again. `CORRUPTED`: its row cannot be read.
 */
export type BlockedReasonCode =
  | 'NON_DETERMINISTIC'
  | 'UNREADABLE'
  | 'MISUSE'
  | 'POISONED'
  | 'CORRUPTED'
  | 'MISSING_HANDLER'
  | 'MISSING_VERSION'
  | 'COMPENSATION_HANDLER'

/** Why a run does not go on. */
export interface BlockedReason {
  readonly reason: BlockedReasonCode
  readonly message: string
  /** The build that could not go on, for people. */
  readonly build: string
}

/** How far the dense numbers of a run have come. Both begin at 0: nothing started, nothing settled. */
export interface RunCounters {
  readonly startSeq: number
  readonly settleSeq: number
}

/**
 * The part of a run's row that changes while it runs, small on purpose: a store can keep it apart from the values.
 *
 * **Lease and due time are two facts.** `dueAt` says when the run wants to go on (new: at once; sleeping: its timer;
 * waiting: its timeout; null: only a message can wake it). `leaseUntil` says until when somebody holds it. Claimable is
 * derived from both by `claimAt` in `rules/claim-at.ts`, and stored as the one indexed column that serves start, timer,
 * message and crash recovery.
 */
export interface RunState extends RunKey {
  /** Version of the format of this row. One that is newer than `rowFormat` is left to newer code. */
  readonly format: number
  /** The run that began this life: the first of a chain of `continueAsNew`. */
  readonly lifeNo: number
  readonly workflow: string
  readonly version: string
  readonly queue: string
  /** Higher is claimed first; -100 to 100. */
  readonly priority: number
  /** Held by `engine.open` in the process of the caller; no worker ever claims it. */
  readonly direct: boolean
  readonly parent: ParentLink | null
  /** False for a child whose outcome goes to its parent but which outlives it and routes by its own id. */
  readonly attached: boolean
  readonly childCount: number
  readonly status: ExecutionStatus
  readonly blocked: BlockedReason | null
  /** Since when it is blocked. */
  readonly blockedAt: number | null
  /** What of the row cannot be read, or could not when a claim met it; null: nothing. It is in no index until unblocked. */
  readonly corrupted: string | null
  /** How the run will end: its code cleans up and it ends so. An accepted cancel, or a deadline recorded by others. */
  readonly decided: DecidedEnding | null
  readonly dueAt: number | null
  readonly leaseUntil: number | null
  readonly leaseOwner: string | null
  readonly fence: Fence
  /** The commit last applied; null until the run has recorded anything. */
  readonly applied: CommitMark | null
  /** Claims of a lease that nobody released, since the run last got somewhere. */
  readonly recoveries: number
  /** Of these, claims of a run that was under suspicion and whose holder had not proven it harmless. */
  readonly strikes: number
  /** The holder has lived with this run, which is under suspicion, for long enough. */
  readonly proven: boolean
  /**
   * The latest instant that a holder of the run has been told, or one before the newest message: whatever is received
   * later is received after it.
   */
  readonly answeredAt: number
  /** Number of the newest message of the execution; dense, carried on from run to run. */
  readonly inboxSeq: number
  /** Messages up to this number belong to earlier runs. */
  readonly inboxBase: number
  /** Messages not consumed yet. */
  readonly inboxPending: number
  /** Topics whose arrival makes a suspended run due: `event:approved`, `child:<operationId>`, `child:*`. */
  readonly waitsFor: readonly string[]
  readonly control: ControlState
  readonly counters: RunCounters
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

export type DecidedEnding = 'CANCELLED' | 'TIMED_OUT'

/**
 * The whole row of a run: its state, and the values that are written once. With `corrupted` it is what could be read of a
 * row that is damaged, BLOCKED whatever it says, and fit for nothing but to be shown.
 */
export interface RunRecord extends RunState {
  /** Seeds `ctx.random()` and `ctx.randomUUID()`. */
  readonly seed: string
  readonly input: EncodedValue
  /** Digest of the encoded input. */
  readonly inputHash: string
  /** Digest of the input that began this life: what another start under the same id is compared with. */
  readonly startInputHash: string
  readonly tenantId: string | null
  readonly auth: EncodedValue | null
  readonly searchAttributes: Readonly<Record<string, Json>> | null
  readonly output: EncodedValue | null
  readonly error: ErrorObject | null
  readonly compensationOutcome: CompensationOutcome | null
}

/** What travels in an operation's envelope beside its value: registrations, saved state, batch outcome, marks. */
export type OperationExtras = Readonly<Record<string, Json>>

/** An attempt of a step that failed and was followed by another. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  readonly error: ErrorObject
  readonly failedAt: number
  readonly nextAttemptAt: number
}

/**
 * A row of the journal.
 *
 * `startSeq` is the order in which operations were first recorded, `settleSeq` the order in which they became
 * final: both dense per run, both assigned by the holder. Replay delivers settlements in `settleSeq` order.
 */
export interface OperationRecord {
  readonly operationId: string
  /** The enclosing CONTEXT operation; null at the root. */
  readonly parentId: string | null
  readonly name: string
  /** 1 for the first operation of this name in its context, 2 for the next. */
  readonly occurrence: number
  readonly type: OperationType
  readonly subType: string
  readonly status: OperationStatus
  readonly startSeq: number
  readonly settleSeq: number | null
  /** Attempts that have ended. */
  readonly attempt: number
  /** The last ones that failed and were followed by another, oldest first; written only when one fails. */
  readonly attempts: readonly FailedAttempt[]
  /** When a timer fires, a retry may start or a wait times out; null if nothing is timed. */
  readonly dueAt: number | null
  readonly value: EncodedValue | null
  readonly error: ErrorObject | null
  readonly extras: OperationExtras | null
  readonly startedAt: number
  readonly endedAt: number | null
}

export type MessageKind = 'event' | 'callback' | 'child' | 'activity'

/** A message as its sender gives it. */
export interface NewMessage {
  readonly kind: MessageKind
  /** What a wait matches: `event:<name>`, `callback:<operationId>`, `child:<operationId>`, `activity:<operationId>`. */
  readonly topic: string
  /** Only this run may consume it; null: whichever run is current. */
  readonly runNo: number | null
  readonly value: EncodedValue | null
  readonly error: ErrorObject | null
  /** How a child ended. */
  readonly outcome: TerminalStatus | null
  /** A second message with this id in one life of the execution is answered `duplicate`. */
  readonly dedupeId: string | null
}

/** A message in an inbox. `inboxSeq` is dense per execution and assigned under its row lock. */
export interface InboxMessage extends NewMessage {
  readonly inboxSeq: number
  readonly receivedAt: number
}

/** A message that a holder has dealt with; `operationId` null means dropped (nobody can consume it any more). */
export interface ConsumedMessage {
  readonly inboxSeq: number
  readonly operationId: string | null
}

/** A message kept after it was consumed, or never was: what the history shows. */
export interface MessageRecord extends InboxMessage {
  /** The life that was current when it was received. */
  readonly lifeNo: number
  readonly consumedBy: string | null
  readonly dropped: boolean
}

/** What a worker can run, and since when it says so. */
export interface WorkerRecord {
  readonly namespace: string
  readonly workerId: string
  readonly queues: readonly string[]
  readonly pairs: readonly WorkflowPair[]
  readonly seenAt: number
}

/** A workflow that a worker has code for. `build` tells one code from another under the same version. */
export interface WorkflowPair {
  readonly workflow: string
  readonly version: string
  readonly build: string
}
