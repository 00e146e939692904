import type { CommitAnswer, CommitEntry, CommitReply, CommitRequest } from '@perdure/core'
import { commitTurn, nextRun, refusedChild, viewOf } from '@perdure/core'
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
