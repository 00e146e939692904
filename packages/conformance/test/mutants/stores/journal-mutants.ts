import { type CommitAnswer, type CommitEntry, isSettled } from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const journalMutants: readonly StoreMutant[] = [
  {
    name: 'the numbers of a turn are taken as they come',
    caughtBy: 'JOURNAL-16',
    damage: (intact) => ({
      commit: async (request) => {
        const { answers, ...reply } = await intact.commit(request)
        return {
          ...reply,
          answers: answers.map((answer, index) => forced(intact, request.entries[index], answer)),
        }
      },
    }),
  },
  {
    name: 'a final row of the journal can be replaced',
    caughtBy: 'JOURNAL-17',
    damage: (intact) => ({
      commit: async (request) => {
        for (const { key, operations } of request.entries) {
          for (const { startSeq, operationId } of operations) {
            const journal = [...intact.database.operations(key).values()]
            const known = journal.find((row) => row.startSeq === startSeq && isSettled(row.status))
            if (known !== undefined)
              intact.database.putOperation(key, { ...known, operationId, status: 'STARTED', settleSeq: null })
          }
        }
        return intact.commit(request)
      },
    }),
  },
]

/** What was rejected, written after all. */
function forced(
  { database }: MemoryStore,
  entry: CommitEntry | undefined,
  answer: CommitAnswer,
): CommitAnswer {
  if (entry === undefined || answer.kind !== 'rejected') return answer
  for (const operation of entry.operations) database.putOperation(entry.key, operation)
  return answer
}
