import type { Store } from '@perdure/core'
import type { Orders } from '../processes/messages.js'
import { dropHints } from './drop-hints.js'
import { forgeFences } from './forge-fences.js'

/**
 * What a process without the brake works on. The brake of poison is an option of the worker, not the store's, and the
 * poll that of a worker alone: clients go on hearing of what happens.
 */
export function sabotage(store: Store, { without, role }: Pick<Orders, 'without' | 'role'>): Store {
  if (without === 'poll' && role === 'worker') return dropHints(store)
  if (without === 'fence') return forgeFences(store)
  return store
}
