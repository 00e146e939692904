import type { Store } from '@perdure/core'

/** Writes down the kind of each turn and how it was answered. */
export function recorded(): { readonly answers: string[]; readonly store: (plain: Store) => Store } {
  const answers: string[] = []
  const store = (plain: Store): Store => ({
    ...plain,
    commit: async (request) => {
      const reply = await plain.commit(request)
      for (const [index, { turn }] of request.entries.entries()) {
        answers.push(`${turn.kind} ${reply.answers[index]?.kind}`)
      }
      return reply
    },
  })
  return { answers, store }
}

/** Does it the first time only. */
export function once(act: () => unknown): () => Promise<void> {
  let isDone = false
  return async () => {
    if (isDone) return
    isDone = true
    await act()
  }
}
