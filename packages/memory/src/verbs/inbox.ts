import type { InboxPage, InboxRequest } from '@perdure/core'
import { findMessageDamage } from '@perdure/core'
import type { Act } from '../act.js'
import { withoutDamaged } from '../damage.js'

export function inbox(act: Act, request: InboxRequest): InboxPage {
  const rest = act.database.inbox(request).slice(request.after)
  const { rows, damage } = withoutDamaged(rest.slice(0, request.limit), findMessageDamage)
  return { messages: rows, more: rest.length > request.limit, ...damage }
}
