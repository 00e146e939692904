import type { RunRecord } from '@perdure/core'
import type { StoreMutant } from '../store-mutant.js'

export const readingMutants: readonly StoreMutant[] = [
  {
    name: 'load returns what lies under closed contexts',
    caughtBy: 'JOURNAL-05',
    damage: (intact) => ({ load: (request) => intact.load({ ...request, everything: true }) }),
  },
  {
    name: 'load reads the journal of whichever run is newest',
    caughtBy: 'CONTINUE-05',
    damage: (intact) => ({
      load: (request) => {
        return intact.load({ ...request, runNo: intact.database.newestRun(request)?.runNo ?? request.runNo })
      },
    }),
  },
  {
    name: 'pages of a list go by position',
    caughtBy: 'LIST-04',
    damage: (intact) => ({
      list: async ({ cursor, limit, ...request }) => {
        const { runs } = await intact.list({ ...request, limit: 1_000_000 })
        const from = cursor === undefined ? 0 : Number(cursor)
        const next = from + limit
        return { runs: runs.slice(from, next), cursor: next < runs.length ? String(next) : null }
      },
    }),
  },
  {
    name: 'messages of every topic are answered, whichever was asked for',
    caughtBy: 'INBOX-15',
    damage: (intact) => ({
      messages: (request) => {
        const names = [...new Set(intact.database.inbox(request).map(({ topic }) => topic))]
        return intact.messages({
          ...request,
          topics: names.map((topic) => ({ topic, after: 0, limit: 1_000 })),
        })
      },
    }),
  },
  {
    name: 'messages are answered however many bytes they have',
    caughtBy: 'INBOX-23',
    damage: (intact) => ({
      messages: (request) => intact.messages({ ...request, maxBytes: Number.MAX_SAFE_INTEGER }),
    }),
  },
  {
    name: 'reading an inbox drops what was read',
    caughtBy: 'READ-messages',
    damage: (intact) => ({
      messages: async (request) => {
        const page = await intact.messages(request)
        for (const { inboxSeq } of page.messages) {
          const message = intact.database.inbox(request)[inboxSeq - 1]
          if (message !== undefined) intact.database.putMessage(request, { ...message, dropped: true })
        }
        return page
      },
    }),
  },
  {
    name: 'a row that has not changed is answered as the same object again',
    caughtBy: 'COMMIT-17',
    damage: (intact) => {
      const answered = new Map<string, { readonly text: string; readonly row: RunRecord }>()
      return {
        read: async (keys) => {
          const rows = await intact.read(keys)
          return rows.map((row, index) => {
            const name = JSON.stringify(keys[index])
            const text = JSON.stringify(row)
            const before = answered.get(name)
            if (before?.text === text) return before.row
            if (row !== null) answered.set(name, { text, row })
            return row
          })
        },
      }
    },
  },
  {
    name: 'each handle reads a run once and remembers it',
    caughtBy: 'HANDLE-01',
    damage: (intact) => {
      const remembered = new Map<string, RunRecord>()
      return {
        read: async (keys) => {
          const rows = await intact.read(keys)
          return rows.map((row, index) => {
            const name = JSON.stringify(keys[index])
            const known = remembered.get(name)
            if (row !== null && known === undefined) remembered.set(name, row)
            return known ?? row
          })
        },
      }
    },
  },
  {
    name: 'a text ends at its first zero byte',
    caughtBy: 'VALUE-01',
    damage: (intact) => ({
      create: (batch) => {
        const cut = batch.map((wanted) => {
          const { data } = wanted.input
          const input = typeof data === 'string' ? { ...wanted.input, data: beforeZero(data) } : wanted.input
          return { ...wanted, input }
        })
        return intact.create(cut)
      },
      commit: (request) => {
        const entries = request.entries.map((entry) => ({
          ...entry,
          operations: entry.operations.map((operation) => {
            const { value } = operation
            if (value === null || typeof value.data !== 'string') return operation
            return { ...operation, value: { ...value, data: beforeZero(value.data) } }
          }),
        }))
        return intact.commit({ ...request, entries })
      },
    }),
  },
]

function beforeZero(text: string): string {
  return text.split('\0')[0] ?? ''
}
