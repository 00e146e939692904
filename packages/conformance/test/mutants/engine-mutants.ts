import type * as Core from '@perdure/core'
import type { ClaimAnswer, CommitEntry } from '@perdure/core'
import type { StoreMutant } from './store-mutant.js'

/** An engine with one rule broken, in itself or by the store below it. */
export interface EngineMutant extends Omit<StoreMutant, 'damage'>, Partial<Pick<StoreMutant, 'damage'>> {
  /** What is wrong with what the engine takes from core. */
  readonly core?: Partial<Pick<typeof Core, 'captureHome'>>
}

/** What an engine must not get away with. */
export const engineMutants: readonly EngineMutant[] = [
  {
    name: 'claim takes from every queue, under an engine',
    caughtBy: 'WORKING-03',
    damage: (intact) => ({
      claim: (request) => {
        return intact.claim({
          ...request,
          queues: intact.database.unfinishedRuns().map(({ queue }) => queue),
        })
      },
    }),
  },
  {
    name: 'what is given up stays leased, under an engine',
    caughtBy: 'STOP-04',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry): CommitEntry => {
          return entry.turn.kind === 'release' ? { ...entry, turn: { kind: 'continue' } } : entry
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'a claim does not say which commit was the last',
    caughtBy: 'WARM-01',
    damage: (intact) => ({
      claim: async (request) => forgetful(await intact.claim(request)),
      commit: async (request) => {
        const { claim, ...reply } = await intact.commit(request)
        return claim === undefined ? reply : { ...reply, claim: forgetful(claim) }
      },
    }),
  },
  {
    name: 'no fence, under an engine',
    caughtBy: 'ZOMBIE-03',
    damage: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => {
          const row = intact.database.run(entry.key)
          return row === null ? entry : { ...entry, fence: row.fence }
        })
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'workers claim what a script holds',
    caughtBy: 'DIRECT-04',
    damage: (intact) => ({
      create: (batch) => intact.create(batch.map((wanted) => ({ ...wanted, direct: false }))),
    }),
  },
  {
    name: 'starting an execution again starts it again, under an engine',
    caughtBy: 'STARTING-01',
    damage: (intact) => ({
      create: (batch) =>
        intact.create(batch.map((wanted) => ({ ...wanted, idReusePolicy: 'newRunAfterTerminal' }))),
    }),
  },
  {
    name: 'runs are in the async context of whoever woke their worker',
    caughtBy: 'CALLER-01',
    core: { captureHome: () => (run) => run() },
  },
]

/** The answer to a claim, without the commits that were last applied. */
function forgetful({ claimed, ...answer }: ClaimAnswer): ClaimAnswer {
  const unknown = { nonce: 'unknown', commitSeq: 0 }
  return {
    ...answer,
    claimed: claimed.map(({ run }) => ({ run: { ...run, applied: run.applied === null ? null : unknown } })),
  }
}
