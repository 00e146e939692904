import type {
  BlockedReason,
  Capabilities,
  CommitAnswer,
  CommitEntry,
  DropReason,
  HoldAnswer,
  InboxMessage,
  OperationRecord,
  RunRecord,
  TopicRequest,
} from '@perdure/core'
import type { RunJournal } from './run-journal.js'
import type { FinishTurn } from './turns.js'

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
  /** Ask the store how the row stands, and extend the lease. */
  refresh(journal: RunJournal): Promise<HoldAnswer>
  messages(run: RunRecord, topics: readonly TopicRequest[]): Promise<readonly InboxMessage[]>
  /** The run was let go of; it may be resumed here. `dueAt` is when it is due at the latest. */
  released(journal: RunJournal, dueAt: number | null): void
  /** A run that was let go of is wanted back: its code has gone on. */
  wanted(journal: RunJournal): void
  /** The pass has recorded this. */
  recorded(journal: RunJournal, operation: OperationRecord): void
  /** The run is over for this process. */
  ended(journal: RunJournal, ending: JournalEnding): void
  warn(message: string, data: Readonly<Record<string, unknown>>): void
}

/** Why a journal is over; with the row's last turn if it was this process that ended the run. */
export interface JournalEnding {
  readonly reason: DropReason
  readonly finish: FinishTurn | undefined
  /** Why it cannot go on, if it was this process that found out. */
  readonly blocked?: BlockedReason
}
