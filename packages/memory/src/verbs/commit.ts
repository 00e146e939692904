import type {
  CommitAnswer,
  CommitEntry,
  CommitReply,
  CommitRequest,
  OperationRecord,
  RunRecord,
} from '@perdure/core'
import { commitTurn, isSettled, nextRun, refusedChild, viewOf } from '@perdure/core'
import type { Act } from '../act.js'
import { consume, isConsumable } from '../consume.js'
import { damageOf } from '../damage.js'
import { appendOne, createOne, putChangedRun } from '../effects.js'
import { claim } from './claim.js'

export function commit(act: Act, request: CommitRequest): CommitReply {
  const answers = request.entries.map((entry) => commitOne(act, entry))
  return request.claim === undefined ? { answers } : { answers, claim: claim(act, request.claim) }
}

function commitOne(act: Act, entry: CommitEntry): CommitAnswer {
  const run = act.database.run(entry.key)
  if (run === null) return { kind: 'fenced' }
  const damage = damageOf(run)
  if (damage !== null) return { kind: 'rejected', reason: `the row cannot be read (${damage})` }
  const decision = commitTurn(run, entry, act.now)
  if (decision.kind === 'refuse') {
    act.putRun(decision.run)
    return decision.answer
  }
  const missing = entry.consumed.find(
    (message, index) => !isConsumable(act, run, message, index, entry.consumed),
  )
  if (missing !== undefined) {
    return { kind: 'rejected', reason: `message ${missing.inboxSeq} is not in the inbox of this run` }
  }

  const journal = act.database.operations(entry.key)
  const misplaced = entry.operations.find((operation) => !fits(operation, run, journal))
  if (misplaced !== undefined) {
    return {
      kind: 'rejected',
      reason: `operation ${misplaced.operationId} is not the one of its number, or final`,
    }
  }

  putChangedRun(act, decision.run, decision.ending, decision.effects)
  for (const operation of entry.operations) act.database.putOperation(entry.key, operation)
  for (const consumed of entry.consumed) consume(act, entry.key, consumed)
  if (entry.turn.kind === 'continueAsNew') act.putRun(nextRun(decision.run, entry.turn, act.now))
  for (const child of entry.children) {
    const refused = refusedChild(child, createOne(act, child))
    if (refused !== null) appendOne(act, refused)
  }
  for (const message of entry.messages) appendOne(act, message)

  // The turn may have sent a message to its own run: the holder hears of that too.
  return { kind: 'applied', ...viewOf(act.database.run(entry.key) ?? decision.run, act.now) }
}

/** True if the row is a new one, or goes on with the open one that has its number. */
function fits(
  { operationId, parentId, startSeq }: OperationRecord,
  { counters }: RunRecord,
  journal: ReadonlyMap<string, OperationRecord>,
): boolean {
  const known = journal.get(operationId)
  if (startSeq > counters.startSeq) return known === undefined
  return known?.startSeq === startSeq && known.parentId === parentId && !isSettled(known.status)
}
