import type { ConsumedMessage, ExecutionKey, RunRecord } from '@perdure/core'
import type { Act } from './act.js'

/**
 * True if the message is in the run's inbox, named once, and nobody has dealt with it yet. One that is meant for
 * another run can only be dropped.
 */
export function isConsumable(
  act: Act,
  run: RunRecord,
  consumed: ConsumedMessage,
  index: number,
  all: readonly ConsumedMessage[],
): boolean {
  const message = act.database.inbox(run)[consumed.inboxSeq - 1]
  if (message === undefined || message.inboxSeq <= run.inboxBase) return false
  if (message.consumedBy !== null || message.dropped) return false
  if (all.findIndex(({ inboxSeq }) => inboxSeq === consumed.inboxSeq) !== index) return false
  return consumed.operationId === null || message.runNo === null || message.runNo === run.runNo
}

/** Marks a message; it stays for the history. */
export function consume(act: Act, key: ExecutionKey, { inboxSeq, operationId }: ConsumedMessage): void {
  const message = act.database.inbox(key)[inboxSeq - 1]
  if (message === undefined) return
  act.database.putMessage(key, { ...message, consumedBy: operationId, dropped: operationId === null })
}
