import {
  type CommitAnswer,
  type CommitEntry,
  type CommitRequest,
  type OperationRecord,
  type RunKey,
  type Store,
  viewOf,
} from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { ContextMutant } from '../context-mutant.js'

/** Engines over a store that keeps something other than it was given. */
export const keptBadlyMutants: readonly ContextMutant[] = [
  {
    name: 'retry attempt not recorded',
    caughtBy: 'RETRY-08',
    store: (intact) => keeping(intact, (row) => [row.status === 'PENDING' ? { ...row, attempt: 0 } : row]),
  },
  {
    name: 'the start of an at-most-once attempt is not recorded',
    caughtBy: 'SEMANTICS-03',
    store: (intact) =>
      keeping(intact, (row) => (row.type === 'STEP' && row.status === 'STARTED' ? [] : [row])),
  },
  {
    name: 'a sleep starts over with each replay',
    caughtBy: 'SLEEP-05',
    store: (intact) => ({
      load: async (request) => {
        const page = await intact.load(request)
        const { startedAt } = intact.database.newestRun(request) ?? {}
        const operations = page.operations.map((row) => {
          const isSleeping = row.type === 'WAIT' && row.status === 'STARTED' && row.dueAt !== null
          const lateMs = row.startedAt - (startedAt ?? 0) + 60_000
          return isSleeping ? { ...row, dueAt: (row.dueAt ?? 0) + lateMs } : row
        })
        return { ...page, operations }
      },
    }),
  },
  {
    name: 'dedupe ids of events are ignored',
    caughtBy: 'EVENT-11',
    store: (intact) => ({
      append: (batch) => {
        return intact.append(
          batch.map(({ to, message }) => ({ to, message: { ...message, dedupeId: null } })),
        )
      },
    }),
  },
  {
    name: 'a turn is acknowledged before it is kept',
    caughtBy: 'CRASH-10',
    store: (intact) => {
      let owed: CommitRequest | undefined
      return {
        commit: async (request) => {
          const isLast = request.entries.some(({ turn }) => turn.kind !== 'continue')
          const entries = isLast ? [...(owed?.entries ?? []), ...request.entries] : (owed?.entries ?? [])
          const before = owed?.entries.length ?? 0
          owed = isLast ? undefined : request
          const reply = await intact.commit({ ...request, entries })
          if (isLast) return { ...reply, answers: reply.answers.slice(before) }
          return { ...reply, answers: request.entries.map(({ key }) => acknowledged(intact, key)) }
        },
      }
    },
  },
  {
    name: 'wake-up lost on suspend, under an engine',
    caughtBy: 'CRASH-11',
    store: (intact) => seeing(intact, { inboxSeq: Number.MAX_SAFE_INTEGER }),
  },
  {
    name: 'cancel overtaken by finish, under an engine',
    caughtBy: 'CRASH-06',
    store: (intact) => seeing(intact, { controlSeq: Number.MAX_SAFE_INTEGER }),
  },
  {
    name: 'only the first page of a journal is read',
    caughtBy: 'PAGING-01',
    store: (intact) => ({ load: async (request) => ({ ...(await intact.load(request)), cursor: null }) }),
  },
  {
    name: 'the timeout of an execution is forgotten',
    caughtBy: 'END-09',
    store: (intact) => ({
      create: (batch) => intact.create(batch.map((wanted) => ({ ...wanted, timeoutMs: null }))),
    }),
  },
  {
    name: 'terminate is only a cancel',
    caughtBy: 'TERMINATE-01',
    store: (intact) => ({
      control: (batch) => {
        return intact.control(
          batch.map((request) => {
            const { action } = request
            return action.kind === 'terminate'
              ? { ...request, action: { ...action, kind: 'cancel' } }
              : request
          }),
        )
      },
    }),
  },
]

function keeping(
  intact: MemoryStore,
  kept: (row: OperationRecord) => readonly OperationRecord[],
): Pick<Store, 'commit'> {
  return {
    commit: (request) => {
      const entries = request.entries.map((entry) => ({
        ...entry,
        operations: entry.operations.flatMap(kept),
      }))
      return intact.commit({ ...request, entries })
    },
  }
}

/** Turns that pretend to have seen what they have not. */
function seeing(intact: MemoryStore, seen: Partial<CommitEntry['seen']>): Pick<Store, 'commit'> {
  return {
    commit: (request) => {
      const entries = request.entries.map((entry) => ({ ...entry, seen: { ...entry.seen, ...seen } }))
      return intact.commit({ ...request, entries })
    },
  }
}

/** The answer of who only says that it has kept a turn. */
function acknowledged({ database }: MemoryStore, key: RunKey): CommitAnswer {
  const run = database.run(key)
  return run === null ? { kind: 'fenced' } : { kind: 'applied', ...viewOf(run, run.leaseUntil ?? 0) }
}
