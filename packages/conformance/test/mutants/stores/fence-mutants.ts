import type { CommitAnswer, CommitEntry } from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const fenceMutants: readonly StoreMutant[] = [
  {
    name: 'a look renews',
    caughtBy: 'LEASE-19',
    damage: (intact) => ({
      look: async (holdings) => {
        await intact.renew({ leaseMs: 60_000, holdings })
        return intact.look(holdings)
      },
    }),
  },
  {
    name: 'a look does not compare the fence',
    caughtBy: 'LEASE-20',
    damage: (intact) => ({
      look: (holdings) =>
        intact.look(
          holdings.map((holding) => ({
            ...holding,
            fence: intact.database.run(holding.key)?.fence ?? holding.fence,
          })),
        ),
    }),
  },
  {
    name: 'no fence',
    caughtBy: 'FENCE-02',
    damage: (intact) => ({
      commit: (request) => {
        return intact.commit({ ...request, entries: request.entries.map((entry) => asHolder(intact, entry)) })
      },
    }),
  },
  {
    name: 'fence by epoch alone',
    caughtBy: 'FENCE-03',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const epoch = intact.database.run(entry.key)?.fence.epoch
          return entry.fence.epoch === epoch ? asHolder(intact, entry) : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'fence by nonce alone',
    caughtBy: 'FENCE-04',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const nonce = intact.database.run(entry.key)?.fence.nonce
          return entry.fence.nonce === nonce ? asHolder(intact, entry) : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'fence checked outside of the transaction',
    caughtBy: 'INTERLEAVING-25',
    damage: (intact) => ({
      commit: async (request) => {
        const isHolder = request.entries.map(({ key, fence }) => {
          const row = intact.database.run(key)
          return row?.fence.epoch === fence.epoch && row.fence.nonce === fence.nonce
        })
        await breath()
        const entries = request.entries.map((entry, index) => {
          return isHolder[index] === true ? asHolder(intact, entry) : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'expiry of the lease compared instead of equality of the fence',
    caughtBy: 'FENCE-05',
    damage: (intact, clock) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const row = intact.database.run(entry.key)
          const hasExpired = row !== null && row.leaseUntil !== null && row.leaseUntil <= clock.now()
          return hasExpired ? { ...entry, fence: { epoch: -1, nonce: 'expired' } } : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'a turn that lets the run go needs no fence',
    caughtBy: 'FENCED-release',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          return entry.turn.kind === 'release' ? asHolder(intact, entry) : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'a renewal does not look at the fence',
    caughtBy: 'LEASE-04',
    damage: (intact) => ({
      renew: (request) => {
        const holdings = request.holdings.map(({ key, fence }) => {
          return { key, fence: intact.database.run(key)?.fence ?? fence }
        })
        return intact.renew({ ...request, holdings })
      },
    }),
  },
  {
    name: 'terminate leaves the lease to its holder',
    caughtBy: 'FENCE-09',
    damage: (intact) => ({
      control: async (batch) => {
        const before = batch.map((key) => intact.database.newestRun(key))
        const answers = await intact.control(batch)
        batch.forEach((request, index) => {
          const held = before[index]
          const after = intact.database.newestRun(request)
          if (request.action.kind !== 'terminate' || !held?.leaseOwner || after?.status !== 'TERMINATED')
            return
          const { fence, leaseUntil, leaseOwner } = held
          intact.database.putRun({ ...after, fence, leaseUntil, leaseOwner })
        })
        return answers
      },
    }),
  },
  {
    name: 'a holder is not told that its run was terminated',
    caughtBy: 'FENCE-09',
    damage: (intact) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        return { ...reply, answers: reply.answers.map(withoutEnd) }
      },
    }),
  },
]

function withoutEnd(answer: CommitAnswer): CommitAnswer {
  return answer.kind === 'fenced' ? { kind: 'fenced' } : answer
}

/** The entry as the holder of the row would show it. */
function asHolder({ database }: MemoryStore, entry: CommitEntry): CommitEntry {
  const row = database.run(entry.key)
  return row === null ? entry : { ...entry, fence: row.fence }
}

/** Others may be served before it resolves. */
async function breath(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
}
