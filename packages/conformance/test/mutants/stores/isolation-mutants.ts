import {
  type ClaimAnswer,
  type ClaimRequest,
  type CommitReply,
  findStateDamage,
  findValuesDamage,
  type RunRecord,
  type Store,
} from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

/** Stores in which one run harms others: by its row, or by what its holders died of. */
export const isolationMutants: readonly StoreMutant[] = [
  {
    name: 'a claim fails for a row that it cannot read',
    caughtBy: 'ISOLATION-01',
    damage: (intact) => ({ claim: (request) => ifSound(intact, () => intact.claim(request)) }),
  },
  {
    name: 'a claim that fails rolls back the turns that travel with it',
    caughtBy: 'ISOLATION-02',
    damage: (intact) => ({
      commit: (request) => {
        const apply = (): Promise<CommitReply> => intact.commit(request)
        return request.claim === undefined ? apply() : ifSound(intact, apply)
      },
    }),
  },
  {
    name: 'a run out of time that cannot be read keeps its place before others',
    caughtBy: 'ISOLATION-16',
    damage: (intact) => ({
      claim: async (request) => {
        const answer = await intact.claim(request)
        const damaged = intact.database
          .unfinishedRuns()
          .filter((run) => findStateDamage(run) !== null || findValuesDamage(run) !== null)
        const places = Math.max(0, 20 - damaged.length)
        return { ...answer, passedDeadlines: answer.passedDeadlines.slice(0, places) }
      },
    }),
  },
  {
    name: 'a list fails for a row that it cannot read',
    caughtBy: 'ISOLATION-03',
    damage: (intact) => ({ list: (request) => ifSound(intact, () => intact.list(request)) }),
  },
  {
    name: 'renewals fail beside a row that cannot be read',
    caughtBy: 'ISOLATION-04',
    damage: (intact) => ({ renew: (request) => ifSound(intact, () => intact.renew(request)) }),
  },
  {
    name: 'a damaged run is brought back before it is mended',
    caughtBy: 'ISOLATION-07',
    damage: (intact) => ({
      control: async (batch) => {
        const answers = await intact.control(batch)
        batch.forEach((request) => {
          const run = intact.database.newestRun(request)
          if (request.action.kind !== 'unblock' || run === null || run.corrupted === null) return
          intact.database.putRun({ ...run, status: 'PENDING', corrupted: null, blocked: null })
        })
        return answers
      },
    }),
  },
  {
    name: 'rows that cannot be read are left out of a journal without a word',
    caughtBy: 'ISOLATION-11',
    damage: (intact) => ({
      load: async (request) => {
        const { operations, cursor } = await intact.load(request)
        return { operations, cursor }
      },
    }),
  },
  {
    name: 'rows of a newer format are claimed',
    caughtBy: 'ISOLATION-13',
    damage: (intact) => ({
      claim: (request) => {
        for (const run of intact.database.unfinishedRuns()) intact.database.putRun({ ...run, format: 1 })
        return intact.claim(request)
      },
    }),
  },
  {
    name: 'a claim takes as many suspects as there are',
    caughtBy: 'SUSPECT-01',
    damage: (intact) => ({ ...claiming(intact, (request) => ({ ...request, suspects: request.limit })) }),
  },
  {
    name: 'a suspect that was struck again is leased like any other',
    caughtBy: 'SUSPECT-09',
    damage: (intact) => ({
      claim: (request) => overlookingStrikes(intact, () => intact.claim({ ...request, alone: true })),
    }),
  },
  {
    name: 'the death of any holder is a strike',
    caughtBy: 'SUSPECT-04',
    damage: (intact) => ({
      claim: async (request) => {
        const answer = await intact.claim(request)
        const claimed = answer.claimed.map(({ run }) => {
          const struck = { ...run, strikes: run.recoveries }
          intact.database.putRun(struck)
          return { run: struck }
        })
        return { ...answer, claimed }
      },
    }),
  },
  {
    name: 'any turn takes back the suspicion',
    caughtBy: 'SUSPECT-06',
    damage: (intact) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        for (const { key } of request.entries) {
          const run = intact.database.run(key)
          if (run !== null) intact.database.putRun({ ...run, recoveries: 0, strikes: 0 })
        }
        return reply
      },
    }),
  },
  {
    name: 'what a worker has blocked it tries again and again',
    caughtBy: 'AGAIN-02',
    damage: (intact) => ({
      ...claiming(intact, (request) => ({ ...request, startedAt: Number.MAX_SAFE_INTEGER })),
    }),
  },
  {
    name: 'what was blocked is left to people',
    caughtBy: 'AGAIN-01',
    damage: (intact) => ({ ...claiming(intact, (request) => ({ ...request, startedAt: 0 })) }),
  },
]

/** Claims something else than was asked for. */
function claiming(intact: MemoryStore, change: (request: ClaimRequest) => ClaimRequest): Partial<Store> {
  return { claim: (request) => intact.claim(change(request)) }
}

/** A claim that does not see how often a run was struck before. */
async function overlookingStrikes(
  { database }: MemoryStore,
  claim: () => Promise<ClaimAnswer>,
): Promise<ClaimAnswer> {
  const before = new Map(database.unfinishedRuns().map((run) => [run.executionId, run.strikes]))
  const struck = (run: RunRecord): RunRecord => ({
    ...run,
    strikes: run.strikes + (before.get(run.executionId) ?? 0),
  })
  for (const run of database.unfinishedRuns()) database.putRun({ ...run, strikes: 0 })
  const answer = await claim()
  for (const run of database.unfinishedRuns()) database.putRun(struck(run))
  return { ...answer, claimed: answer.claimed.map(({ run }) => ({ run: struck(run) })) }
}

/** Fails if any row cannot be read, as a store does that decodes all of them together. */
async function ifSound<Answer>({ database }: MemoryStore, perform: () => Promise<Answer>): Promise<Answer> {
  if (database.newestRuns().some(isDamaged)) throw new Error('Unexpected token g in JSON at position 0')
  return perform()
}

function isDamaged(run: RunRecord): boolean {
  return (findStateDamage(run) ?? findValuesDamage(run)) !== null
}
