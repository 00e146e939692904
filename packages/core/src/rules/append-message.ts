import type { RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { AddressedMessage, AppendAnswer } from '../store.js'
import { isMeant } from './run-target.js'
import { receivingTime, tellTime } from './told-time.js'

export type AppendDecision<Run extends RunState> =
  | { readonly kind: 'refuse'; readonly answer: AppendAnswer }
  | {
      readonly kind: 'append'
      readonly answer: AppendAnswer
      readonly run: Run
      readonly inboxSeq: number
      readonly receivedAt: number
    }

/**
 * Put a message into the inbox of the newest run. `earlierSeq` is the number of the message of this life that has the
 * same `dedupeId`, if there is one. Only events count against the limit: an outcome that somebody waits for is never
 * turned away.
 */
export function appendMessage<Run extends RunState>(
  run: Run,
  { message, target }: Pick<AddressedMessage, 'message' | 'target'>,
  earlierSeq: number | null,
  maxPending: number,
  now: number,
): AppendDecision<Run> {
  if (!isMeant(run, target)) return refuse({ kind: 'dropped' })
  if (earlierSeq !== null) return refuse({ kind: 'duplicate', inboxSeq: earlierSeq })
  if (message.runNo !== null && message.runNo !== run.runNo) return refuse({ kind: 'dropped' })
  if (isTerminal(run.status)) return refuse({ kind: 'finished', status: run.status })
  if (message.kind === 'event' && run.inboxPending >= maxPending)
    return refuse({ kind: 'full', limit: maxPending })
  const inboxSeq = run.inboxSeq + 1
  const receivedAt = receivingTime(run, now)
  const told = tellTime(run, receivedAt - 1)
  const received: Run = { ...told, inboxSeq, inboxPending: run.inboxPending + 1 }
  return {
    kind: 'append',
    answer: { kind: 'appended', inboxSeq },
    inboxSeq,
    receivedAt,
    run: wakes(run, message.topic) ? woken(received, now) : received,
  }
}

/** True if the run has let go of its lease and waits for this topic. */
export function wakes(run: RunState, topic: string): boolean {
  if (run.leaseUntil !== null || (run.status !== 'SUSPENDED' && run.status !== 'PAUSED')) return false
  const kind = topic.slice(0, topic.indexOf(':'))
  return run.waitsFor.some((awaited) => awaited === topic || awaited === `${kind}:*`)
}

/** A paused run that is woken stays paused, and is due when it is resumed. */
function woken<Run extends RunState>(run: Run, now: number): Run {
  return { ...run, status: run.status === 'PAUSED' ? 'PAUSED' : 'PENDING', dueAt: now }
}

function refuse(answer: AppendAnswer): { readonly kind: 'refuse'; readonly answer: AppendAnswer } {
  return { kind: 'refuse', answer }
}
