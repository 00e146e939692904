import type { ConsumedMessage } from '@perdure/core'
import type { HeldRun } from '../run-table.js'
import type { Transaction } from '../transaction.js'

/**
 * Marks a message as dealt with; it stays for the history. One that is meant for another run can only be dropped.
 *
 * @throws Error if it is not in the run's inbox or has been dealt with.
 */
export function consumeMessage({ sql }: Transaction, { state }: HeldRun, consumed: ConsumedMessage): void {
  const { namespace, executionId, runNo, inboxBase } = state
  const { inboxSeq, operationId } = consumed
  const changes = sql.run(
    markConsumed,
    operationId,
    Number(operationId === null),
    namespace,
    executionId,
    inboxSeq,
    inboxBase,
    operationId,
    runNo,
  )
  if (changes === 0) throw new Error(`message ${inboxSeq} is not in the inbox of this run`)
}

const markConsumed = `UPDATE perdure_messages SET consumed_by = ?, dropped = ?
  WHERE namespace = ? AND execution_id = ? AND inbox_seq = ? AND inbox_seq > ?
    AND consumed_by IS NULL AND NOT dropped AND (? IS NULL OR run_no IS NULL OR run_no = ?)`
