import type { InboxPage, InboxRequest } from '@perdure/core'
import type { Act } from '../act.js'

export function inbox(act: Act, request: InboxRequest): InboxPage {
  const rest = act.database.inbox(request).slice(request.after)
  return { messages: rest.slice(0, request.limit), more: rest.length > request.limit }
}
