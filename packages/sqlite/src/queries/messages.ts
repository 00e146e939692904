import type { InboxMessage, MessageRecord, MessagesPage, MessagesRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import { type MessageRow, messageColumns, toMessage } from '../rows.js'
import { columnList, type Statements } from '../statements.js'
import { withoutDamaged } from '../without-damaged.js'

/** One seek for each message: their values may be large, and only what is answered is read. */
export function messages(sql: Statements, request: MessagesRequest): MessagesPage {
  const { namespace, executionId, runNo, maxBytes } = request
  const run = sql.get<[inboxBase: number]>(selectInboxBase, namespace, executionId, runNo)
  if (run === undefined) return { messages: [], more: false }
  const found: MessageRecord[] = []
  let bytes = 0
  let more = false
  for (const { topic, after, limit } of request.topics) {
    let last = Math.max(after, run[0])
    for (let count = 0; count < limit; count += 1) {
      const isFull = found.length > 0 && bytes >= maxBytes
      const row = sql.get<MessageRow>(selectNext, namespace, executionId, topic, last, runNo)
      if (row === undefined) break
      if (isFull) {
        more = true
        break
      }
      const message = toMessage(row)
      found.push(message)
      last = message.inboxSeq
      bytes += message.value?.data.length ?? 0
    }
  }
  const { readable, damage } = withoutDamaged(found, findMessageDamage)
  return { messages: readable.map(asReceived), more, ...damage }
}

function asReceived({
  consumedBy: _consumedBy,
  dropped: _dropped,
  lifeNo: _lifeNo,
  ...message
}: MessageRecord): InboxMessage {
  return message
}

const selectInboxBase =
  'SELECT inbox_base FROM perdure_executions WHERE namespace = ? AND execution_id = ? AND run_no = ?'

const selectNext = `SELECT ${columnList(messageColumns)} FROM perdure_messages INDEXED BY perdure_messages_pending
  WHERE namespace = ? AND execution_id = ? AND topic = ? AND inbox_seq > ?
    AND consumed_by IS NULL AND dropped = 0 AND (run_no IS NULL OR run_no = ?)
  ORDER BY inbox_seq LIMIT 1`
