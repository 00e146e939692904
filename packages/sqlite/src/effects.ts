import type {
  AddressedMessage,
  AppendAnswer,
  CreateAnswer,
  Effects,
  Ending,
  ExecutionKey,
  MessageRecord,
  NewRun,
  RunState,
} from '@perdure/core'
import { appendMessage, startRun } from '@perdure/core'
import { toJson } from './json-column.js'
import { messageColumns, messageValues } from './rows.js'
import type { HeldRun } from './run-table.js'
import { columnList, placeholders } from './statements.js'
import type { Transaction } from './transaction.js'

/** Creates one run, or says why not. */
export function createOne({ runs, now }: Transaction, wanted: NewRun): CreateAnswer {
  const newest = runs.newest(wanted)
  const decision = startRun(newest === null ? null : runs.record(newest), wanted, now)
  if (decision.kind === 'answer') return decision.answer
  runs.add(decision.run)
  const { runNo, lifeNo } = decision.run
  return { kind: 'created', runNo, lifeNo, now }
}

/** Appends one message to the newest run of its execution, or says why not. */
export function appendOne(transaction: Transaction, addressed: AddressedMessage): AppendAnswer {
  const { sql, runs, now, maxInboxMessages } = transaction
  const { to, message } = addressed
  const newest = runs.newest(to)
  if (newest === null) return { kind: 'unknown' }
  const { lifeNo } = newest.state
  const earlierSeq =
    message.dedupeId === null ? null : inboxSeqByDedupeId(transaction, to, lifeNo, message.dedupeId)
  const decision = appendMessage(newest.state, addressed, earlierSeq, maxInboxMessages, now)
  if (decision.kind === 'refuse') return decision.answer
  newest.state = decision.run
  const record: MessageRecord = {
    ...message,
    inboxSeq: decision.inboxSeq,
    lifeNo,
    receivedAt: decision.receivedAt,
    consumedBy: null,
    dropped: false,
  }
  sql.run(insertMessage, to.namespace, to.executionId, ...messageValues(record))
  return decision.answer
}

/** A run that a turn or a request has changed, together with what that means for its parent and its children. */
export function changeRun(
  transaction: Transaction,
  held: HeldRun,
  change: { readonly run: RunState; readonly ending: Ending | null; readonly effects: Effects },
): void {
  const { run, ending, effects } = change
  held.state = run
  if (ending !== null) transaction.runs.end(held, ending)
  // A parent that is gone, at its end or in another run answers so, and the outcome is dropped.
  if (effects.outcome !== null) appendOne(transaction, effects.outcome)
  if (effects.cascade !== null) {
    const { namespace, executionId, runNo } = run
    transaction.sql.run(insertRelay, namespace, executionId, runNo, toJson(effects.cascade))
  }
}

function inboxSeqByDedupeId(
  { sql }: Transaction,
  { namespace, executionId }: ExecutionKey,
  lifeNo: number,
  dedupeId: string,
): number | null {
  const row = sql.get<[inboxSeq: number]>(selectByDedupeId, namespace, executionId, lifeNo, dedupeId)
  return row?.[0] ?? null
}

const selectByDedupeId = `SELECT inbox_seq FROM perdure_messages
  WHERE namespace = ? AND execution_id = ? AND life_no = ? AND dedupe_id = ?`

const insertMessage = `INSERT INTO perdure_messages (namespace, execution_id, ${columnList(messageColumns)})
  VALUES (?, ?, ${placeholders(messageColumns)})`

const insertRelay = `INSERT INTO perdure_relays (namespace, execution_id, run_no, action, after) VALUES (?, ?, ?, ?, '')`
