import { type Clock, isTerminal } from '@perdure/core'
import { type MemoryStore, memory } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

let claimCount = 0

export const claimMutants: readonly StoreMutant[] = [
  {
    name: 'claim gives one execution twice',
    caughtBy: 'CLAIM-02',
    damage: (intact) => ({
      claim: (request) => {
        for (const run of intact.database.unfinishedRuns()) {
          const isOthers = run.leaseUntil !== null && run.fence.nonce !== request.requestId
          if (isOthers)
            intact.database.putRun({ ...run, leaseUntil: null, leaseOwner: null, status: 'PENDING' })
        }
        return intact.claim(request)
      },
    }),
  },
  {
    name: 'a repeated claim is a new one',
    caughtBy: 'CLAIM-11',
    damage: (intact) => ({
      claim: (request) => {
        claimCount += 1
        return intact.claim({ ...request, requestId: `${request.requestId}, time ${claimCount}` })
      },
    }),
  },
  {
    name: 'claim takes the time from the client',
    caughtBy: 'TIME-01',
    damage: (intact, clock) => {
      const ahead: Clock = { ...clock, now: () => clock.now() + 600_000, monotonic: () => clock.monotonic() }
      const { database, capabilities } = intact
      const client = memory({ clock: ahead, database, capabilities })
      return { claim: (request) => client.claim(request) }
    },
  },
  {
    name: 'claim takes from every queue',
    caughtBy: 'CLAIM-07',
    damage: (intact) => ({
      claim: (request) => intact.claim({ ...request, queues: queuesOf(intact) }),
    }),
  },
  {
    name: 'a run that is let go of stays leased',
    caughtBy: 'TURN-03',
    damage: (intact, clock) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        request.entries.forEach(({ key, turn, leaseMs }, index) => {
          const row = intact.database.run(key)
          if (turn.kind !== 'release' || reply.answers[index]?.kind !== 'applied' || row === null) return
          intact.database.putRun({ ...row, leaseUntil: clock.now() + leaseMs, leaseOwner: 'nobody' })
        })
        return reply
      },
    }),
  },
  {
    name: 'the lease of a paused run is taken away',
    caughtBy: 'CONTROL-03',
    damage: (intact) => ({
      control: async (batch) => {
        const answers = await intact.control(batch)
        batch.forEach((request) => {
          const row = intact.database.newestRun(request)
          if (request.action.kind !== 'pause' || row === null || isTerminal(row.status)) return
          intact.database.putRun({ ...row, leaseUntil: null, leaseOwner: null })
        })
        return answers
      },
    }),
  },
]

function queuesOf({ database }: MemoryStore): readonly string[] {
  return database.unfinishedRuns().map(({ queue }) => queue)
}
