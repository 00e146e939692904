import type { InboxMessage, MessageRecord, MessagesPage, MessagesRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import type { Act } from '../act.js'
import { withoutDamaged } from '../damage.js'

export function messages(act: Act, request: MessagesRequest): MessagesPage {
  const { runNo, after, limit } = request
  const run = act.database.run(request)
  if (run === null) return { messages: [], more: false }
  const rest = act.database
    .inbox(request)
    .slice(Math.max(after, run.inboxBase))
    .filter(({ consumedBy, dropped }) => consumedBy === null && !dropped)
    .filter((message) => message.runNo === null || message.runNo === runNo)
  const { rows, damage } = withoutDamaged(rest.slice(0, limit), findMessageDamage)
  return { messages: rows.map(asReceived), more: rest.length > limit, ...damage }
}

function asReceived({ consumedBy: _, dropped: __, lifeNo: ___, ...message }: MessageRecord): InboxMessage {
  return message
}
