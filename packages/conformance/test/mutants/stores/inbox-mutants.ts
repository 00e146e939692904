import type { CommitEntry } from '@perdure/core'
import type { StoreMutant } from '../store-mutant.js'

export const inboxMutants: readonly StoreMutant[] = [
  {
    name: 'wake-up lost on suspend',
    caughtBy: 'WAKE-12',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry): CommitEntry => {
          return { ...entry, seen: { ...entry.seen, inboxSeq: Number.MAX_SAFE_INTEGER } }
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'a message wakes nobody',
    caughtBy: 'WAKE-01',
    damage: (intact) => ({
      append: async (batch) => {
        const before = batch.map(({ to }) => intact.database.newestRun(to))
        const answers = await intact.append(batch)
        batch.forEach(({ to }, index) => {
          const slept = before[index]
          const row = intact.database.newestRun(to)
          if (slept?.status !== 'SUSPENDED' || row === null) return
          intact.database.putRun({ ...row, status: slept.status, dueAt: slept.dueAt })
        })
        return answers
      },
    }),
  },
  {
    name: 'a message steals the lease',
    caughtBy: 'WAKE-06',
    damage: (intact, clock) => ({
      append: async (batch) => {
        const answers = await intact.append(batch)
        for (const { to } of batch) {
          const row = intact.database.newestRun(to)
          if (row?.status !== 'RUNNING') continue
          const free = { leaseUntil: null, leaseOwner: null, dueAt: clock.now() }
          intact.database.putRun({ ...row, ...free, status: 'PENDING' })
        }
        return answers
      },
    }),
  },
  {
    name: 'message consumed twice',
    caughtBy: 'INBOX-14',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const inbox = intact.database.inbox(entry.key)
          const isNew = (inboxSeq: number): boolean => inbox[inboxSeq - 1]?.consumedBy === null
          return { ...entry, consumed: entry.consumed.filter(({ inboxSeq }) => isNew(inboxSeq)) }
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'inbox ordered by a global id',
    caughtBy: 'INBOX-02',
    damage: ({ database, append }) => ({
      append: async (batch) => {
        const answers = []
        for (const message of batch) {
          const row = database.newestRun(message.to)
          const last = Math.max(0, ...database.newestRuns().map(({ inboxSeq }) => inboxSeq))
          if (row !== null) database.putRun({ ...row, inboxSeq: last })
          answers.push(...(await append([message])))
        }
        return answers
      },
    }),
  },
  {
    name: 'dedupe ids are ignored',
    caughtBy: 'REPEAT-append',
    damage: (intact) => ({
      append: (batch) => {
        return intact.append(
          batch.map(({ to, message }) => ({ to, message: { ...message, dedupeId: null } })),
        )
      },
    }),
  },
  {
    name: 'a dedupe id is forgotten once its message was consumed',
    caughtBy: 'INBOX-07',
    damage: (intact) => ({
      append: (batch) => {
        const fresh = batch.map(({ to, message }) => {
          const { dedupeId } = message
          const before = intact.database.inbox(to).find((each) => each.dedupeId === dedupeId)
          const isForgotten = dedupeId !== null && before !== undefined && before.consumedBy !== null
          return isForgotten ? { to, message: { ...message, dedupeId: null } } : { to, message }
        })
        return intact.append(fresh)
      },
    }),
  },
  {
    name: 'what a run waited for goes on waking it',
    caughtBy: 'WAKE-08',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry): CommitEntry => {
          const { turn } = entry
          if (turn.kind !== 'suspend') return entry
          const waitsFor = [...(intact.database.run(entry.key)?.waitsFor ?? []), ...turn.waitsFor]
          return { ...entry, turn: { ...turn, waitsFor } }
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
]
