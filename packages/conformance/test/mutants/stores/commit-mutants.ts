import type { CommitAnswer, CommitEntry } from '@perdure/core'
import type { StoreMutant } from '../store-mutant.js'

export const commitMutants: readonly StoreMutant[] = [
  {
    name: 'duplicate commit answered as fenced',
    caughtBy: 'COMMIT-02',
    damage: (intact) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        const answers = reply.answers.map((answer): CommitAnswer => {
          return answer.kind === 'duplicate' ? { kind: 'fenced' } : answer
        })
        return { ...reply, answers }
      },
    }),
  },
  {
    name: 'a commit that arrives again is applied again',
    caughtBy: 'COMMIT-06',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const applied = intact.database.run(entry.key)?.applied
          const isAgain = applied?.nonce === entry.fence.nonce && entry.commitSeq <= applied.commitSeq
          return isAgain ? { ...entry, commitSeq: applied.commitSeq + 1 } : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'journal write lost after it was acknowledged',
    caughtBy: 'COMMIT-01',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => ({
          ...entry,
          operations: entry.operations.slice(0, -1),
        }))
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'attempts that failed are not kept with their operation',
    caughtBy: 'JOURNAL-01',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => ({
          ...entry,
          operations: entry.operations.map((operation) => ({ ...operation, attempts: [] })),
        }))
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'cancel overtaken by finish',
    caughtBy: 'CANCEL-04',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry): CommitEntry => {
          return { ...entry, seen: { ...entry.seen, controlSeq: Number.MAX_SAFE_INTEGER } }
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'a poison entry fails its whole batch',
    caughtBy: 'BATCH-02',
    damage: (intact) => ({
      commit: async (request) => {
        const isPoison = request.entries.some(({ key, consumed }) => {
          const { length } = intact.database.inbox(key)
          return consumed.some(({ inboxSeq }) => inboxSeq > length)
        })
        if (!isPoison) return intact.commit(request)
        return { answers: request.entries.map((): CommitAnswer => ({ kind: 'rejected', reason: 'poison' })) }
      },
    }),
  },
  {
    name: 'the entries of a batch are applied in an order of the store’s own',
    caughtBy: 'BATCH-07',
    damage: (intact) => ({
      commit: async (request) => {
        const order = request.entries.map((_, index) => index).reverse()
        const entries = order.flatMap((index) => request.entries[index] ?? [])
        const reply = await intact.commit({ ...request, entries })
        return { ...reply, answers: order.flatMap((_, index) => reply.answers[order.indexOf(index)] ?? []) }
      },
    }),
  },
  {
    name: 'events that nobody consumed are lost on continue as new',
    caughtBy: 'CONTINUE-03',
    damage: (intact) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        request.entries.forEach(({ key, turn }, index) => {
          const row = intact.database.newestRun(key)
          if (turn.kind !== 'continueAsNew' || reply.answers[index]?.kind !== 'applied' || row === null)
            return
          intact.database.putRun({ ...row, inboxBase: row.inboxSeq, inboxPending: 0 })
        })
        return reply
      },
    }),
  },
]
