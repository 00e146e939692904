import type { InboxMessage } from '@perdure/core'

/** Something that happened outside of the pass, at an instant of the store. */
export type Happening =
  | { readonly kind: 'message'; readonly at: number; readonly message: InboxMessage }
  | { readonly kind: 'timer'; readonly at: number; readonly operationId: string }
  | { readonly kind: 'cancel'; readonly at: number }

/**
 * The one order in which what happened outside reaches a run: by time, a message before a timer of the same instant,
 * a cancel before both. Timers count at their deadline and messages at the instant the store received them, however
 * late anybody looks: whether an event came in time does not depend on who was awake.
 */
export function foldInOrder(happenings: readonly Happening[]): Happening[] {
  return [...happenings].sort((a, b) => a.at - b.at || rank[a.kind] - rank[b.kind] || arrival(a) - arrival(b))
}

const rank: Readonly<Record<Happening['kind'], number>> = { cancel: 0, message: 1, timer: 2 }

function arrival(happening: Happening): number {
  return happening.kind === 'message' ? happening.message.inboxSeq : 0
}
