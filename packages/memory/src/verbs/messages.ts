import type { InboxMessage, MessageRecord, MessagesPage, MessagesRequest } from '@perdure/core'
import type { Act } from '../act.js'

export function messages(act: Act, request: MessagesRequest): MessagesPage {
  const { runNo, after, limit } = request
  const run = act.database.run(request)
  if (run === null) return { messages: [], more: false }
  const rest = act.database
    .inbox(request)
    .slice(Math.max(after, run.inboxBase))
    .filter(({ consumedBy, dropped }) => consumedBy === null && !dropped)
    .filter((message) => message.runNo === null || message.runNo === runNo)
  return { messages: rest.slice(0, limit).map(asReceived), more: rest.length > limit }
}

function asReceived({ consumedBy: _, dropped: __, lifeNo: ___, ...message }: MessageRecord): InboxMessage {
  return message
}
