import type {
  AddressedMessage,
  AppendAnswer,
  CreateAnswer,
  Effects,
  Ending,
  NewRun,
  RunRecord,
} from '@perdure/core'
import { appendMessage, startRun } from '@perdure/core'
import type { Act } from './act.js'
import { damageOf, readable } from './damage.js'

/** Creates one run, or says why not. */
export function createOne(act: Act, wanted: NewRun): CreateAnswer {
  const newest = act.database.newestRun(wanted)
  const decision = startRun(newest === null ? null : readable(newest), wanted, act.now)
  if (decision.kind === 'answer') return decision.answer
  act.putRun(decision.run)
  const { runNo, lifeNo } = decision.run
  return { kind: 'created', runNo, lifeNo, now: act.now }
}

/** Appends one message to the newest run of its execution, or says why not. */
export function appendOne(act: Act, addressed: AddressedMessage): AppendAnswer {
  const { database, now } = act
  const { to, message } = addressed
  const run = database.newestRun(to)
  if (run === null) return { kind: 'unknown' }
  const { lifeNo } = run
  const earlierSeq =
    message.dedupeId === null ? null : database.inboxSeqByDedupeId(to, lifeNo, message.dedupeId)
  const decision = appendMessage(readable(run), addressed, earlierSeq, act.maxInboxMessages, now)
  if (decision.kind === 'refuse') return decision.answer
  const { inboxSeq, inboxPending, answeredAt } = decision.run
  act.putRun(damageOf(run) === null ? decision.run : { ...run, inboxSeq, inboxPending, answeredAt })
  const { receivedAt } = decision
  database.putMessage(to, { ...message, inboxSeq, lifeNo, receivedAt, consumedBy: null, dropped: false })
  return decision.answer
}

/** Puts a run that a turn or a request has changed, together with what that means for its parent and its children. */
export function putChangedRun(act: Act, run: RunRecord, ending: Ending | null, effects: Effects): void {
  const { namespace, executionId, runNo } = run
  act.putRun(ending === null ? run : { ...run, ...ending })
  // A parent that is gone, at its end or in another run answers so, and the outcome is dropped.
  if (effects.outcome !== null) appendOne(act, effects.outcome)
  if (effects.cascade !== null) {
    act.database.addRelay({ namespace, executionId, runNo, action: effects.cascade, after: '' })
  }
}
