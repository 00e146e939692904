import type { InboxMessage, MessageRecord, MessagesPage, MessagesRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import type { Act } from '../act.js'
import { withoutDamaged } from '../damage.js'

export function messages(act: Act, request: MessagesRequest): MessagesPage {
  const run = act.database.run(request)
  if (run === null) return { messages: [], more: false }
  const pending = act.database
    .inbox(request)
    .slice(run.inboxBase)
    .filter(({ consumedBy, dropped }) => consumedBy === null && !dropped)
    .filter(({ runNo }) => runNo === null || runNo === request.runNo)
  const asked = request.topics.flatMap(({ topic, after, limit }) =>
    pending.filter((message) => message.topic === topic && message.inboxSeq > after).slice(0, limit),
  )
  const page = withinBytes(asked, request.maxBytes)
  const { rows, damage } = withoutDamaged(page, findMessageDamage)
  return { messages: rows.map(asReceived), more: page.length < asked.length, ...damage }
}

/** The first ones up to the bound, and one at least. */
function withinBytes(messages: readonly MessageRecord[], maxBytes: number): readonly MessageRecord[] {
  let bytes = 0
  const end = messages.findIndex(({ value }) => {
    const isFull = bytes >= maxBytes
    bytes += value?.data.length ?? 0
    return isFull
  })
  return end < 0 ? messages : messages.slice(0, Math.max(1, end))
}

function asReceived({ consumedBy: _, dropped: __, lifeNo: ___, ...message }: MessageRecord): InboxMessage {
  return message
}
