import type { CommitAnswer, CommitEntry, CommitReply, CommitRequest, RunRecord } from '@perdure/core'
import { commitTurn, nextRun, refusedChild, viewOf } from '@perdure/core'
import type { Connection } from '../connection.js'
import { appendOne, changeRun, createOne } from '../effects.js'
import { isAboutValues } from '../map-error.js'
import type { HeldRun } from '../run-table.js'
import type { Transaction } from '../transaction.js'
import { claim } from './claim.js'
import { consumeMessage } from './consume-message.js'
import { putOperation } from './put-operation.js'

/**
 * One transaction for the batch. Nothing guards one entry against another in it, for nearly every batch can be applied
 * as it is. One that cannot is rolled back as a whole and applied again with a savepoint around each entry, so that the
 * poison entry is rejected alone.
 */
export function commit(connection: Connection, request: CommitRequest): Promise<CommitReply> {
  return connection.write(
    (transaction) => commitAll(transaction, request, commitOne),
    (transaction) => commitAll(transaction, request, commitApart),
  )
}

function commitAll(
  transaction: Transaction,
  request: CommitRequest,
  apply: (transaction: Transaction, entry: CommitEntry) => CommitAnswer,
): CommitReply {
  const answers = request.entries.map((entry) => apply(transaction, entry))
  return request.claim === undefined ? { answers } : { answers, claim: claim(transaction, request.claim) }
}

function commitApart(transaction: Transaction, entry: CommitEntry): CommitAnswer {
  const { sql, runs } = transaction
  sql.run('SAVEPOINT entry')
  try {
    const answer = commitOne(transaction, entry)
    runs.flush()
    sql.run('RELEASE entry')
    return answer
  } catch (error) {
    if (!isAboutValues(error)) throw error
    sql.run('ROLLBACK TO entry')
    sql.run('RELEASE entry')
    runs.forget()
    return { kind: 'rejected', reason: error instanceof Error ? error.message : String(error) }
  }
}

function commitOne(transaction: Transaction, entry: CommitEntry): CommitAnswer {
  const held = transaction.runs.find(entry.key)
  if (held === null) return { kind: 'fenced' }
  if (held.damage !== null) return { kind: 'rejected', reason: `the row cannot be read (${held.damage})` }
  const decision = commitTurn(held.state, entry, transaction.now)
  if (decision.kind === 'refuse') {
    held.state = decision.run
    return decision.answer
  }
  const { startSeq } = held.state.counters
  changeRun(transaction, held, decision)
  record(transaction, held, entry, startSeq)
  // The turn may have sent a message to its own run: the holder hears of that too.
  return { kind: 'applied', ...viewOf(held.state, transaction.now) }
}

/** `known` is the highest startSeq before this turn. */
function record(transaction: Transaction, held: HeldRun, entry: CommitEntry, known: number): void {
  const { runs, now } = transaction
  for (const operation of entry.operations) putOperation(transaction, held, operation, known)
  for (const consumed of entry.consumed) consumeMessage(transaction, held, consumed)
  if (entry.turn.kind === 'continueAsNew') runs.add(nextRun(readable(runs.record(held)), entry.turn, now))
  for (const child of entry.children) {
    const refused = refusedChild(child, createOne(transaction, child))
    if (refused !== null) appendOne(transaction, refused)
  }
  for (const message of entry.messages) appendOne(transaction, message)
}

/** @throws Error if it is not: then this entry cannot be applied */
function readable(run: RunRecord): RunRecord {
  if (run.corrupted === null) return run
  throw new Error(`the row cannot be read (${run.corrupted})`)
}
