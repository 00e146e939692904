import type { RunRecord, Store } from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const finishedMutants: readonly StoreMutant[] = [
  {
    name: 'runs that have finished are named by their ids',
    caughtBy: 'FINISHED-01',
    damage: (intact) => ({
      finishedSince: async (request) => {
        const page = await intact.finishedSince(request)
        const finished = [...page.finished].sort((a, b) => (a.executionId < b.executionId ? -1 : 1))
        return { ...page, finished }
      },
    }),
  },
  {
    name: 'from now on is from the beginning',
    caughtBy: 'FINISHED-02',
    damage: (intact) => ({
      finishedSince: (request) => intact.finishedSince({ ...request, cursor: request.cursor ?? '0' }),
    }),
  },
  {
    name: 'a page of ends is followed by those from now on',
    caughtBy: 'FINISHED-03',
    damage: (intact) => ({
      finishedSince: async (request) => {
        const { finished } = await intact.finishedSince(request)
        return { ...(await intact.finishedSince({ ...request, cursor: null })), finished }
      },
    }),
  },
  {
    name: 'an end is named once, whoever asks',
    caughtBy: 'FINISHED-04',
    damage: (intact) => {
      const named = new Set<string>()
      return namingOnly(intact, ({ executionId }) => {
        const isNew = !named.has(executionId)
        named.add(executionId)
        return isNew
      })
    },
  },
  {
    name: 'a run that suspends has finished',
    caughtBy: 'FINISHED-05',
    damage: (intact) => ({
      commit: (request) => {
        for (const { key, turn } of request.entries)
          if (turn.kind === 'suspend') intact.database.addFinished(key)
        return intact.commit(request)
      },
    }),
  },
  {
    name: 'ends are named whatever their namespace',
    caughtBy: 'FINISHED-06',
    damage: (intact) => ({
      finishedSince: (request) => intact.finishedSince({ ...request, namespace: 'north' }),
    }),
  },
  {
    name: 'an end that cannot be read is not named',
    caughtBy: 'FINISHED-07',
    damage: (intact) => namingOnly(intact, ({ corrupted }) => corrupted === null),
  },
  {
    name: 'a run that could not be read when it was terminated is not named',
    caughtBy: 'FINISHED-08',
    damage: (intact) => namingOnly(intact, ({ inputHash }) => inputHash !== ''),
  },
  {
    name: 'a strange cursor of ends is taken for the beginning',
    caughtBy: 'FINISHED-09',
    damage: (intact) => ({
      finishedSince: ({ cursor, ...request }) =>
        intact.finishedSince({ ...request, cursor: cursor === null ? null : String(Number(cursor) || 0) }),
    }),
  },
  ...Object.entries({
    finish: (run) => run.status !== 'TIMED_OUT' || run.startedAt === null,
    continueAsNew: (run) => run.status !== 'CONTINUED_AS_NEW',
    terminate: (run) => run.status !== 'TERMINATED',
    cancel: (run) => run.status !== 'CANCELLED' || run.startedAt !== null,
    deadline: (run) => run.status !== 'TIMED_OUT' || run.startedAt !== null,
    relay: (run) => run.parent === null,
  } satisfies Record<string, (run: RunRecord) => boolean>).map(
    ([name, isNamed]): StoreMutant => ({
      name: `some that end by ${name} are not named`,
      caughtBy: `FINISHED-BY-${name}`,
      damage: (intact) => namingOnly(intact, isNamed),
    }),
  ),
]

/** Leaves out runs that have finished by how they are read. */
function namingOnly(intact: MemoryStore, isNamed: (run: RunRecord) => boolean): Pick<Store, 'finishedSince'> {
  return {
    finishedSince: async (request) => {
      const page = await intact.finishedSince(request)
      const rows = await intact.read(page.finished)
      const finished = page.finished.filter((_, index) => {
        const row = rows[index]
        return row !== null && row !== undefined && isNamed(row)
      })
      return { ...page, finished }
    },
  }
}
