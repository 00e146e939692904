import type { AddressedMessage, CommitEntry } from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const familyMutants: readonly StoreMutant[] = [
  {
    name: 'a claim never says that there is anything to relay',
    caughtBy: 'RELAY-19',
    damage: (intact) => ({
      claim: async (request) => ({ ...(await intact.claim(request)), isToRelay: false }),
    }),
  },
  {
    name: 'the end of a child and the message to its parent are two transactions',
    caughtBy: 'INTERLEAVING-26',
    damage: (intact) => ({
      commit: async (request) => {
        const entries = request.entries.map((entry) => withoutParent(intact, entry))
        const replying = intact.commit({ ...request, entries: entries.map(({ entry }) => entry) })
        for (const { restore } of entries) restore()
        const reply = await replying
        for (const [index, { outcome }] of entries.entries()) {
          if (outcome !== null && reply.answers[index]?.kind === 'applied') await intact.append([outcome])
        }
        return reply
      },
    }),
  },
  {
    name: 'a parent hears only of children that complete',
    caughtBy: 'CHILD-02',
    damage: (intact) => ({
      commit: async (request) => {
        const restores = request.entries.map(({ key, turn }) => {
          const row = intact.database.run(key)
          if (row === null || turn.kind !== 'finish' || turn.status === 'COMPLETED') return () => {}
          return hideParent(intact, row)
        })
        const reply = await intact.commit(request)
        for (const restore of restores) restore()
        return reply
      },
    }),
  },
  {
    name: 'a relay forgets the children that its limit left over',
    caughtBy: 'RELAY-09',
    damage: (intact) => ({
      relay: async (request) => {
        const answer = await intact.relay(request)
        if (answer.remaining) intact.database.replaceOldestRelay(null)
        return answer
      },
    }),
  },
]

function withoutParent(
  intact: MemoryStore,
  entry: CommitEntry,
): {
  readonly entry: CommitEntry
  readonly outcome: AddressedMessage | null
  readonly restore: () => void
} {
  const row = intact.database.run(entry.key)
  const { turn } = entry
  if (row === null || row.parent === null || turn.kind !== 'finish') {
    return { entry, outcome: null, restore: () => {} }
  }
  const { executionId, runNo, operationId } = row.parent
  const outcome: AddressedMessage = {
    to: { namespace: row.namespace, executionId },
    message: {
      kind: 'child',
      topic: `child:${operationId}`,
      runNo,
      value: turn.output,
      error: turn.error,
      outcome: turn.status,
      dedupeId: `outcome:${row.executionId}:${row.runNo}`,
    },
  }
  return { entry, outcome, restore: hideParent(intact, row) }
}

/** Takes the parent link off a row; returns how to put it back. */
function hideParent(
  { database }: MemoryStore,
  row: NonNullable<ReturnType<typeof database.run>>,
): () => void {
  const { parent } = row
  database.putRun({ ...row, parent: null })
  return () => {
    const now = database.run(row)
    if (now !== null) database.putRun({ ...now, parent })
  }
}
