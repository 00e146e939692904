import type { InboxMessage, MessageRecord, MessagesPage, MessagesRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import { type MessageRow, messageColumns, toMessage } from '../rows.js'
import { columnList, type Statements } from '../statements.js'
import { withoutDamaged } from '../without-damaged.js'

export function messages(sql: Statements, request: MessagesRequest): MessagesPage {
  const { namespace, executionId, runNo, after, limit } = request
  const rows = sql.all<MessageRow>(selectUnconsumed, {
    namespace,
    executionId,
    runNo,
    after,
    limit: limit + 1,
  })
  const { readable, damage } = withoutDamaged(rows.slice(0, limit).map(toMessage), findMessageDamage)
  return { messages: readable.map(asReceived), more: rows.length > limit, ...damage }
}

function asReceived({
  consumedBy: _consumedBy,
  dropped: _dropped,
  lifeNo: _lifeNo,
  ...message
}: MessageRecord): InboxMessage {
  return message
}

const selectUnconsumed = `SELECT ${columnList(messageColumns)} FROM perdure_messages
  WHERE namespace = @namespace AND execution_id = @executionId AND consumed_by IS NULL AND NOT dropped
    AND (run_no IS NULL OR run_no = @runNo)
    AND inbox_seq > (
      SELECT max(@after, inbox_base) FROM perdure_executions
      WHERE namespace = @namespace AND execution_id = @executionId AND run_no = @runNo
    )
  ORDER BY inbox_seq LIMIT @limit`
