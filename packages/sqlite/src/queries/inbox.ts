import type { InboxPage, InboxRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import { type MessageRow, messageColumns, toMessage } from '../rows.js'
import { columnList, type Statements } from '../statements.js'
import { withoutDamaged } from '../without-damaged.js'

export function inbox(sql: Statements, { namespace, executionId, after, limit }: InboxRequest): InboxPage {
  const rows = sql.all<MessageRow>(selectMessages, namespace, executionId, after, limit + 1)
  const { readable, damage } = withoutDamaged(rows.slice(0, limit).map(toMessage), findMessageDamage)
  return { messages: readable, more: rows.length > limit, ...damage }
}

const selectMessages = `SELECT ${columnList(messageColumns)} FROM perdure_messages
  WHERE namespace = ? AND execution_id = ? AND inbox_seq > ? ORDER BY inbox_seq LIMIT ?`
