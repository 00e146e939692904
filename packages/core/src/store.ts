import type { Capabilities } from './capabilities.js'
import type { Reason } from './encoded-error.js'
import type { EncodedValue } from './encoded-value.js'
import type { ErrorObject } from './error-object.js'
import type { Json } from './json.js'
import type {
  BlockedReason,
  CommitMark,
  ConsumedMessage,
  ControlState,
  ExecutionKey,
  Fence,
  InboxMessage,
  MessageRecord,
  NewMessage,
  OperationRecord,
  ParentLink,
  RunCounters,
  RunKey,
  RunRecord,
  WorkerRecord,
  WorkflowPair,
} from './records.js'
import type { CompensationOutcome, ExecutionStatus, TerminalStatus } from './statuses.js'

/**
 * The port behind the engine: about twenty verbs over rows, each of them atomic, with no knowledge of what a workflow
 * means. An adapter decides nothing: the rules that turn a row into the next one are pure functions of this package
 * (`startRun`, `takeLease`, `commitTurn`, `appendMessage`, `controlRun` and others), and an adapter either calls them
 * under its row lock or says the same in its own language and passes the same suite.
 *
 * An execution is an actor:
 *
 * 1. **One writer.** Only the holder of the lease writes the journal. Every write carries its {@link Fence}, compared
 *    for equality in the same atomic act. Equality, not expiry: an expired lease that nobody has claimed may still
 *    commit, and thereby renews. Every write by anyone else changes the fence, inbox appends and control aside (of
 *    control, `terminate`, `recordDeadline` and an immediate `cancel` do change it).
 * 2. **One due time, one lease, one claimable column.** `claimAt(row)` is the only thing a claim looks at. There is no
 *    reaper: an expired lease is a row that has become due. A message never steals a live lease.
 * 3. **An inbox for everybody else.** Appending assigns the next `inboxSeq` under the row's lock and makes a row due
 *    if it is unleased and waits for the topic. Answers of claim, commit and renewal carry `inboxSeq`, so the holder
 *    knows when it is behind.
 * 4. **Control is a column.** It is answered to the holder with every answer; a finish or a suspension that has not
 *    seen the newest accepted request is `stale`.
 * 5. **A commit is one turn**, all or nothing per entry: operation rows, consumed messages, the row itself, children,
 *    messages. The (nonce, commitSeq) last applied is compared before the fence, so a commit whose answer was lost is
 *    `duplicate` and never `fenced`.
 * 6. **A batch behaves as if its entries were applied one by one, in order**, and each gets an answer of its own: a
 *    poison entry fails alone.
 * 7. **Time is the store's.** Instants are whole milliseconds since the epoch. Due times and leases are judged by its
 *    clock only; `now` in an answer is how a worker learns of it. What a run receives counts as received after every
 *    `now` that a holder of it was answered (`answeredAt`).
 *
 * 8. **A row that cannot be read harms nothing but its run.** No verb throws for one, and no turn, claim, list or renewal
 *    of others fails beside it: a claim puts a run out of the index whose row is damaged (`setAsideRow`), turns and
 *    renewals of its holder are refused, `read` and `list` answer what can be shown of it, `terminate` ends it, and
 *    `unblock` brings it back once it can be read.
 *
 * Expected outcomes are tagged unions. Exceptions are for the unexpected: a `StoreError` says whether trying again is
 * sensible. Every verb can be called again with the same arguments after an exception, without harm.
 */
export interface Store {
  /** The manifest of the adapter. */
  readonly capabilities: Capabilities

  /**
   * Make the store ready (connect, migrate unless told otherwise). Called before anything else; repeatable. A verb
   * that is called before does its work, or throws a `StoreError` that is not retryable.
   */
  open(): Promise<void>

  /**
   * Let go of what the store opened itself. A ready client that it was given stays open. Repeatable, and for good:
   * every verb then throws a `StoreError` that is not retryable, whether the store is opened again or not.
   */
  close(): Promise<void>

  /** Create runs, or find the ones that exist: `startRun` decides, atomically per entry. */
  create(batch: readonly NewRun[]): Promise<readonly CreateAnswer[]>

  /**
   * Lease up to `limit` due runs that match a queue and a pair; highest priority first, then longest due. Then, if there is
   * room, blocked ones that this worker may try (`retryableSince`). A row of a newer format is not seen. One that cannot be
   * read is put out of the index, and harms nothing that travels with the claim.
   */
  claim(request: ClaimRequest): Promise<ClaimAnswer>

  /** Lease one execution by id for a process that wants just that one; see {@link AcquireAnswer}. */
  acquire(request: AcquireRequest): Promise<AcquireAnswer>

  /** Apply turns. With `claim`, also lease more runs in the same round trip, after the turns are applied. */
  commit(request: CommitRequest): Promise<CommitReply>

  /** Extend leases, each of the run named by its key: one statement for all holdings. */
  renew(request: RenewRequest): Promise<readonly HoldAnswer[]>

  /**
   * How leased runs stand, for a holder that is told that something changed. It only reads, so it says nothing of the
   * time: what is due by now is for answers of verbs that write.
   */
  look(holdings: readonly Holding[]): Promise<readonly LookAnswer[]>

  /** Drop messages into inboxes. */
  append(batch: readonly AddressedMessage[]): Promise<readonly AppendAnswer[]>

  /** Ask something of executions: always of the newest run, and only if the request means that one. */
  control(batch: readonly ControlRequest[]): Promise<readonly ControlAnswer[]>

  /**
   * A page of a run's journal, in no promised order; empty for a run that does not exist. Rows under a closed CONTEXT
   * are left out unless its `extras.replayChildren` is true, at every depth; `everything` is for people reading a
   * history.
   *
   * @throws ValidationError of `field: 'cursor'` for a cursor that no page answered.
   */
  load(request: LoadRequest): Promise<LoadPage>

  /**
   * Messages that a run can consume, topic by topic: neither consumed nor dropped, above the run's `inboxBase`, for this
   * run (`runNo`) or whichever is current (null); ascending in each topic. Empty for a run that does not exist. What
   * nobody asks for is not loaded, however much of it there is.
   */
  messages(request: MessagesRequest): Promise<MessagesPage>

  /** Rows by key, in the order asked; null where there is none. Without a number, the newest run. */
  read(keys: readonly ReadKey[]): Promise<readonly (RunRecord | null)[]>

  /**
   * Newest runs of executions, newest creation first, keyset-paged.
   *
   * @throws ValidationError of `field: 'cursor'` for a cursor that no page answered.
   */
  list(request: ListRequest): Promise<ListPage>

  /**
   * Runs that have reached their end since a cursor, a page of them, in the order of the calls that ended them: in
   * whatever way, whoever did it, and whether or not their rows can be read. **None is ever left out**: what is not
   * visible yet has its place behind the cursor. Waiting for results costs by this, and not by how many wait.
   *
   * @throws ValidationError of `field: 'cursor'` for a cursor that was never answered.
   */
  finishedSince(request: FinishedRequest): Promise<FinishedPage>

  /** Every message that an execution ever got, ascending, for people reading a history. */
  inbox(request: InboxRequest): Promise<InboxPage>

  /**
   * Write a worker's row (at its start and about once a minute), and remove those of its namespace that nobody has
   * written since `forgottenBefore`.
   */
  announce(worker: Omit<WorkerRecord, 'seenAt'>): Promise<{ readonly now: number }>

  /** Remove a worker's row: it will not be back. */
  retire(worker: { readonly namespace: string; readonly workerId: string }): Promise<void>

  /** Workers seen since the given instant. */
  workers(request: {
    readonly namespace: string
    readonly seenSince: number
  }): Promise<readonly WorkerRecord[]>

  /**
   * Carry on what a control request or an ending left to do for attached children: one bounded piece per call, one
   * generation at a time. Any engine process calls it, with a handler or not, until `remaining` is false.
   */
  relay(request: { readonly limit: number }): Promise<RelayAnswer>

  /**
   * Be told that something changed outside of this store object, or nothing forever: a hint shortens a wait and is
   * never the truth. Returns how to stop. On a closed store it does no harm.
   */
  watch(listener: (hint: StoreHint) => void): () => void
}

export type IdReusePolicy = 'useRunning' | 'returnExisting' | 'newRunAfterTerminal' | 'reject'

/** A run to be. `runNo` is the store's to decide. */
export interface NewRun extends ExecutionKey {
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly priority: number
  readonly direct: boolean
  readonly parent: ParentLink | null
  readonly attached: boolean
  readonly seed: string
  readonly input: EncodedValue
  readonly inputHash: string
  readonly tenantId: string | null
  readonly auth: EncodedValue | null
  readonly searchAttributes: Readonly<Record<string, Json>> | null
  /** Due at this instant of the store's clock; null: at once. */
  readonly startAt: number | null
  /** Counted from the later of creation and `startAt`; null: none. */
  readonly timeoutMs: number | null
  readonly idReusePolicy: IdReusePolicy
}

export type CreateAnswer =
  | { readonly kind: 'created'; readonly runNo: number; readonly lifeNo: number; readonly now: number }
  | {
      readonly kind: 'existing'
      readonly runNo: number
      readonly lifeNo: number
      readonly status: ExecutionStatus
    }
  | { readonly kind: 'exists'; readonly runNo: number; readonly status: ExecutionStatus }
  | { readonly kind: 'mismatch'; readonly runNo: number; readonly field: 'input' | 'workflow' }

export interface ClaimRequest {
  /** Random per claim and becomes the nonce. The same request again answers with what it leased the first time. */
  readonly requestId: string
  readonly workerId: string
  readonly namespace: string
  readonly queues: readonly string[]
  readonly pairs: readonly WorkflowPair[]
  readonly limit: number
  /** The most of them that may be suspects (`isSuspect`). */
  readonly suspects: number
  /** Whether one of them may be a run that is tried alone (`isToTryAlone`): it is taken without any other suspect. */
  readonly alone: boolean
  /** When this worker started, by the store's clock: it tries runs that were blocked before. */
  readonly startedAt: number
  readonly leaseMs: number
}

/** A run that is out of time, and since when. */
export interface PassedDeadline extends RunKey {
  readonly deadlineAt: number
}

export interface ClaimAnswer {
  readonly now: number
  readonly claimed: readonly ClaimedRun[]
  /**
   * When the next matching run becomes claimable, if nothing happens before; null: nothing is timed. Suspects count only
   * if any was asked for, those that are tried alone only if one may be taken.
   */
  readonly nextAt: number | null
  /** Whether `relay` has anything to do, so that nobody asks for nothing. */
  readonly isToRelay: boolean
  /**
   * Up to 20 runs of the namespace that nobody holds and whose deadline has passed, earliest first, whether or not the
   * claim names their code: to be recorded by `recordDeadline`, so that a run ends in time whose code nobody has.
   */
  readonly passedDeadlines: readonly PassedDeadline[]
}

/**
 * A leased run, as the row stands after the claim. `run.applied` is the commit that the previous holder was last
 * acknowledged: a live function that made exactly that commit goes on without replay. `run.applied` null means that
 * nothing was ever recorded: there is no journal to read.
 */
export interface ClaimedRun {
  readonly run: RunRecord
}

export interface AcquireRequest extends ExecutionKey {
  readonly requestId: string
  readonly workerId: string
  readonly leaseMs: number
}

export type AcquireAnswer =
  | { readonly kind: 'acquired'; readonly now: number; readonly run: RunRecord }
  /** Its row cannot be read. */
  | { readonly kind: 'corrupted'; readonly damage: string }
  /** Somebody holds it, for so much longer. */
  | { readonly kind: 'leased'; readonly remainingMs: number }
  | { readonly kind: 'finished'; readonly status: ExecutionStatus }
  | { readonly kind: 'unknown' }

export interface CommitRequest {
  readonly entries: readonly CommitEntry[]
  readonly claim?: ClaimRequest
}

export interface CommitReply {
  /** One answer per entry, in order. */
  readonly answers: readonly CommitAnswer[]
  readonly claim?: ClaimAnswer
}

/** One turn of one actor. */
export interface CommitEntry {
  readonly key: RunKey
  readonly fence: Fence
  /**
   * Rises by one with every commit of this holding that was applied. **A turn is recognised by this number alone: a holder
   * never sends another turn under a number that it has sent.** What came second would be answered `duplicate` and lost.
   */
  readonly commitSeq: number
  /** A commit that finds less than half of its lease left also renews it. */
  readonly leaseMs: number
  /** The holder has lived with the run, a suspect, for `provenAfterMs`. @default false */
  readonly proven?: boolean
  /**
   * Whole rows. New ones take the next numbers, without a gap; one with a number that was given out replaces the open row
   * of that number, which has the same operationId. Anything else is `rejected`, and nothing of the turn is written.
   */
  readonly operations: readonly OperationRecord[]
  readonly consumed: readonly ConsumedMessage[]
  readonly counters: RunCounters
  /** What the holder knew when it decided on this turn. */
  readonly seen: { readonly inboxSeq: number; readonly controlSeq: number }
  readonly turn: Turn
  readonly children: readonly NewRun[]
  readonly messages: readonly AddressedMessage[]
}

export type Turn =
  /** Go on; the lease stays. */
  | { readonly kind: 'continue' }
  /**
   * Nothing can run: give up the lease until `dueAt` or a message on one of the topics. **Only numbers are looked at**
   * (`seen`): a message that has arrived and was not consumed wakes nobody, so the holder folds before it suspends.
   */
  | { readonly kind: 'suspend'; readonly dueAt: number | null; readonly waitsFor: readonly string[] }
  /** Give up the lease although there is work to do: another worker may go on at once. */
  | { readonly kind: 'release' }
  | {
      readonly kind: 'finish'
      readonly status: Exclude<TerminalStatus, 'CONTINUED_AS_NEW' | 'TERMINATED'>
      readonly output: EncodedValue | null
      readonly error: ErrorObject | null
      readonly compensationOutcome: CompensationOutcome | null
    }
  /**
   * End this run and begin the next one of the same execution, in the same act. The holder lists what is in the inbox
   * for the closed run alone among the consumed messages, as dropped. A store does not rely on it: what is left over is
   * not shown to the next run, and counts as pending until a turn of that run drops it.
   */
  | {
      readonly kind: 'continueAsNew'
      /** Of a cancelled run: until when it may clean up, the next run included. */
      readonly graceEndsAt?: number
      readonly input: EncodedValue
      readonly inputHash: string
      readonly version: string
      readonly seed: string
    }
  | { readonly kind: 'block'; readonly blocked: BlockedReason }

/** What a holder learns with every answer. */
export interface HolderView {
  readonly now: number
  readonly inboxSeq: number
  readonly control: ControlState
  /** Null once the turn gave the lease up. */
  readonly leaseUntil: number | null
}

export type CommitAnswer =
  | ({ readonly kind: 'applied' } & HolderView)
  /** This very commit was applied before; its answer was lost. */
  | ({ readonly kind: 'duplicate' } & HolderView)
  /** The turn rests on an old view; nothing was written. Fold what is new and decide again. */
  | ({ readonly kind: 'stale' } & HolderView)
  | FencedAnswer
  /** This entry can never be applied; nothing of it was written. */
  | { readonly kind: 'rejected'; readonly reason: string }

/**
 * No longer ours. Says nothing about whether an earlier commit was applied. `status`: the run is at its end, and how:
 * a holder tells a run that was terminated from a lease that was lost.
 */
export interface FencedAnswer {
  readonly kind: 'fenced'
  readonly status?: TerminalStatus
}

export interface RenewRequest {
  readonly leaseMs: number
  readonly holdings: readonly Holding[]
}

/** A run, and the proof of holding it. */
export interface Holding {
  readonly key: RunKey
  readonly fence: Fence
  /** As in {@link CommitEntry}. @default false */
  readonly proven?: boolean
}

export type HoldAnswer = ({ readonly kind: 'renewed' } & HolderView) | FencedAnswer

/**
 * Whom a request or a message means. The newest run of a life, whichever that is; or one run, while it is the newest.
 * Checked under the row's lock: **what is meant for a life that is over never reaches the next one.**
 */
export type RunTarget = { readonly lifeNo: number } | { readonly runNo: number }

export type LookAnswer =
  | {
      readonly kind: 'held'
      /** Number of the newest message. */
      readonly inboxSeq: number
      /** Number of the newest request. */
      readonly controlSeq: number
    }
  | FencedAnswer

export interface AddressedMessage {
  readonly to: ExecutionKey
  /** Left out: whichever run is the newest. */
  readonly target?: RunTarget
  readonly message: NewMessage
}

export type AppendAnswer =
  | { readonly kind: 'appended'; readonly inboxSeq: number }
  | { readonly kind: 'duplicate'; readonly inboxSeq: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'finished'; readonly status: ExecutionStatus }
  | { readonly kind: 'full'; readonly limit: number }
  /** Meant for a run or a life that is not the current one. */
  | { readonly kind: 'dropped' }

export interface ControlRequest extends ExecutionKey {
  /** Left out: whichever run is the newest. A request that means another one is refused. */
  readonly target?: RunTarget
  readonly action: ControlAction
}

export type ControlAction =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** `byParent`: kept by a run that was set aside as well, and takes effect when it is unblocked. */
  | { readonly kind: 'cancel'; readonly reason: Reason | null; readonly byParent?: true }
  | { readonly kind: 'terminate'; readonly reason: Reason | null }
  | { readonly kind: 'unblock' }
  | { readonly kind: 'setDeadline'; readonly deadlineAt: number | null }
  /** The run is out of time: accepted if this deadline still stands, has passed, and nobody holds the run. */
  | { readonly kind: 'recordDeadline'; readonly deadlineAt: number }
  /** Make a suspended run due at once, if this was its last commit: its live function has gone on by itself. */
  | { readonly kind: 'wake'; readonly mark: CommitMark }

export type ControlAnswer =
  | { readonly kind: 'accepted'; readonly status: ExecutionStatus; readonly now: number }
  /** `setAside`: a run that is POISONED or CORRUPTED cannot be cancelled; it can be terminated or unblocked. */
  | {
      readonly kind: 'refused'
      readonly status: ExecutionStatus
      readonly setAside?: 'POISONED' | 'CORRUPTED'
    }
  | { readonly kind: 'unknown' }

export interface LoadRequest extends RunKey {
  readonly cursor?: string
  readonly limit: number
  readonly everything?: boolean
}

export interface LoadPage {
  readonly operations: readonly OperationRecord[]
  /** Where the next page begins; null: this is the last. */
  readonly cursor: string | null
  /** What cannot be read of rows that are left out for it: the run cannot be replayed. Undefined: nothing. */
  readonly damage?: string
}

export interface MessagesRequest extends RunKey {
  /** Each topic once. */
  readonly topics: readonly TopicRequest[]
  /** The bytes of values after which no further message is answered; the first one is, whatever its size. */
  readonly maxBytes: number
}

/** The first `limit` messages of one topic, above a number. */
export interface TopicRequest {
  readonly topic: string
  readonly after: number
  readonly limit: number
}

export interface MessagesPage {
  readonly messages: readonly InboxMessage[]
  /** True if the bytes did not suffice for all that was asked for. */
  readonly more: boolean
  /** As in {@link LoadPage}. */
  readonly damage?: string
}

export interface InboxRequest extends ExecutionKey {
  readonly after: number
  readonly limit: number
}

export interface InboxPage {
  readonly messages: readonly MessageRecord[]
  readonly more: boolean
  /** As in {@link LoadPage}. */
  readonly damage?: string
}

/** One run, the newest run of a life (`lifeNo`), or the newest of all. */
export interface ReadKey extends ExecutionKey {
  readonly runNo?: number
  readonly lifeNo?: number
}

export interface ListRequest {
  readonly namespace: string
  /** Any of these; empty: all. */
  readonly statuses: readonly ExecutionStatus[]
  readonly cursor?: string
  readonly limit: number
}

export interface ListPage {
  readonly runs: readonly RunRecord[]
  /** Where the next page begins; null: this is the last. */
  readonly cursor: string | null
}

export interface FinishedRequest {
  readonly namespace: string
  /** Null: from now on. The answer names no run then, and the cursor to go on from. */
  readonly cursor: string | null
  readonly limit: number
}

export interface FinishedPage {
  readonly finished: readonly RunKey[]
  /** Where to go on, now or later; as many runs as were asked for: there may be more already. */
  readonly cursor: string
}

export interface RelayAnswer {
  /** Requests that children accepted in this call. */
  readonly applied: number
  /** Whether anything is left to do, for this run or another. */
  readonly remaining: boolean
}

export type StoreHint =
  /** Something was written by somebody else. */
  | { readonly kind: 'changed' }
  /** Work may be claimable in one of these queues. */
  | { readonly kind: 'due'; readonly namespace: string; readonly queue: string }
  /** This execution reached its end. */
  | { readonly kind: 'finished'; readonly namespace: string; readonly executionId: string }

export type { CommitMark }
