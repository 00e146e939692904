import type { ClaimAnswer, ClaimRequest, CommitAnswer, HoldAnswer, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { acquireRequest, claimRequest, event, holding, operations } from '../../store/builders.js'
import { recorded, suspended } from '../../store/scenes.js'
import type { StoreTrial } from '../../store/store-trial.js'
import { finish, suspend } from '../../store/turns.js'
import { attend, Holder } from '../holder.js'
import { inTurn, type Script } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

const leaseMs = 30_000

export const claimAndLeaseEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-19',
    'claim × lease expiry × commits of the holder: one of the two writes the journal from then on',
    async (t) => {
      const run = await recorded(t)
      const written = { old: [] as CommitAnswer[], new: [] as CommitAnswer[] }
      return {
        scripts: {
          holder: twoTurns(t, run, written.old),
          time: inTurn(async () => t.clock.advance(leaseMs)),
          other: async function* () {
            const [claimed] = await t.claim({ workerId: 'other', queues: [run.queue] })
            if (claimed === undefined) return
            yield
            yield* twoTurns(t, claimed, written.new)()
          },
        },
        check: async () => {
          // Who was fenced once never writes again, and the last turn was applied once.
          const finishes = [written.old, written.new].map(([, last]) => last?.kind)
          expect(finishes.filter((kind) => kind === 'applied')).toHaveLength(1)
          expect(written.old.map(({ kind }) => kind)).not.toEqual(['fenced', 'applied'])
          const row = await t.row(run)
          expect(row).toMatchObject({ status: 'COMPLETED', fence: { epoch: written.new.length > 0 ? 2 : 1 } })
          const journal = await t.journal(row)
          const numbers = journal.map(({ startSeq, settleSeq }) => [startSeq, settleSeq])
          expect(numbers).toEqual(journal.map((_, index) => [index + 1, index + 1]))
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-20',
    'renewal × lease expiry × claim: a lease that was renewed is not taken, and one that was taken not renewed',
    async (t) => {
      const run = await recorded(t)
      let renewed: HoldAnswer | undefined
      let taken: ClaimAnswer | undefined
      return {
        scripts: {
          holder: inTurn(async () => {
            renewed = (await t.store.renew({ leaseMs, holdings: [holding(run)] }))[0]
          }),
          time: inTurn(async () => t.clock.advance(leaseMs)),
          other: inTurn(async () => {
            taken = await t.store.claim(claimRequest({ queues: [run.queue] }))
          }),
        },
        check: async () => {
          const isTaken = taken?.claimed.length === 1
          if (!isTaken) expect(renewed).toMatchObject({ kind: 'renewed' })
          else if (renewed?.kind === 'renewed')
            expect(taken?.now).toBeGreaterThanOrEqual(renewed.leaseUntil ?? 0)
          expect(await t.row(run)).toMatchObject({ fence: { epoch: isTaken ? 2 : 1 } })
          t.clock.advance(leaseMs * 2)
          expect(await attend(t, run)).toMatchObject({ status: 'COMPLETED' })
        },
      }
    },
  ),

  interleaving('INTERLEAVING-21', 'claim × claim × acquire of one run: one of them gets it', async (t) => {
    const run = await suspended(t, [], t.clock.now())
    const taken: RunRecord[] = []
    const claim = inTurn(async () => taken.push(...(await t.claim({ queues: [run.queue] }))))
    return {
      scripts: {
        one: claim,
        two: claim,
        script: inTurn(async () => {
          const answer = await t.store.acquire(acquireRequest(run))
          if (answer.kind === 'acquired') taken.push(answer.run)
        }),
      },
      check: async () => {
        expect(taken).toHaveLength(1)
        expect(await t.row(run)).toMatchObject({ status: 'RUNNING', fence: { epoch: 2 } })
      },
    }
  }),

  interleaving(
    'INTERLEAVING-22',
    'duplicate claim answers: a claim that is repeated gets the run that it has, and no other worker does',
    async (t) => {
      const run = await suspended(t, [], t.clock.now())
      const request = claimRequest({ queues: [run.queue] })
      const mine: RunRecord[] = []
      const others: RunRecord[] = []
      return {
        scripts: {
          worker: inTurn(
            async () => mine.push(...(await claimed(t, request))),
            async () => mine.push(...(await claimed(t, request))),
          ),
          other: inTurn(async () => others.push(...(await t.claim({ queues: [run.queue] })))),
        },
        check: async () => {
          expect(others.length > 0 ? mine : others).toEqual([])
          const fences = new Set([...mine, ...others].map(({ fence }) => JSON.stringify(fence)))
          expect(fences.size).toBe(1)
          expect(mine.length + others.length).toBe(others.length > 0 ? 1 : 2)
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-23',
    'a claim that arrives again × the life of its run: the run ends, at the latest when a lease has run out',
    async (t) => {
      const run = await suspended(t, ['event:go'], t.clock.now())
      const request = claimRequest({ queues: [run.queue], leaseMs })
      const awaits = ['event:go']
      return {
        scripts: {
          worker: async function* () {
            const [mine] = await claimed(t, request)
            if (mine === undefined) return
            yield
            yield* new Holder(t, mine, awaits).work()
          },
          network: inTurn(() => t.store.claim(request)),
          sender: inTurn(() => t.send(run, event('go'))),
        },
        check: async () => {
          t.clock.advance(leaseMs)
          expect(await attend(t, run, awaits)).toMatchObject({ status: 'COMPLETED' })
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-24',
    'a commit whose answer was lost × message × claim after the lease: it is a duplicate and never fenced',
    async (t) => {
      const run = await recorded(t)
      const [first, again]: CommitAnswer[][] = [[], []]
      const carried = operations(run, [{}])
      const awaits = ['event:go']
      const commit = (answers: CommitAnswer[] | undefined) => async () => {
        answers?.push(await t.commit(run, { operations: carried, turn: suspend(['event:go']) }))
      }
      return {
        scripts: {
          holder: inTurn(commit(first), commit(again)),
          sender: inTurn(() => t.send(run, event('go'))),
          other: inTurn(() => t.claim({ queues: [run.queue] })),
        },
        check: async () => {
          const kinds = [first?.[0]?.kind, again?.[0]?.kind]
          expect([
            ['applied', 'duplicate'],
            ['stale', 'stale'],
          ]).toContainEqual(kinds)
          const isApplied = kinds[0] === 'applied'
          expect((await t.journal(run)).length).toBe(isApplied ? 2 : 1)
          t.clock.advance(leaseMs)
          expect(await attend(t, run, awaits)).toMatchObject({ status: 'COMPLETED' })
        },
      }
    },
  ),
]

/** Records a step, and then another together with the end. */
function twoTurns(t: StoreTrial, claimedRun: RunRecord, answers: CommitAnswer[]): Script {
  return async function* () {
    const holder = new Holder(t, claimedRun)
    answers.push(await holder.commit({ operations: operations(holder.run, [{}]) }))
    yield
    answers.push(await holder.commit({ operations: operations(holder.run, [{}]), turn: finish() }))
  }
}

async function claimed(t: StoreTrial, request: ClaimRequest): Promise<readonly RunRecord[]> {
  const answer = await t.store.claim(request)
  return answer.claimed.map(({ run }) => run)
}
