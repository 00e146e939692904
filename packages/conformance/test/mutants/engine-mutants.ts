import type * as Core from '@perdure/core'
import type { ClaimAnswer, Clock, CommitEntry, CommitReply, Store } from '@perdure/core'
import type { StoreMutant } from './store-mutant.js'

/** Functions of the engine that a mutant takes the place of. */
export interface EngineParts {
  poll(clock: Clock, everyMs: number, look: () => void): () => void
  concerns(news: { readonly kind: string }, namespace: string): boolean
  foldInOrder<T extends { readonly kind: string; readonly at: number }>(happenings: readonly T[]): T[]
  /** How much a worker says that it has been told. */
  readonly newsCount: number
  /** Whether one that was struck has survived when it settles a step. */
  readonly isStepEnough: boolean
  /** Under which store object an engine shares. */
  shareAs(store: Store): Store
  isDue(run: Core.RunRecord, now: number): boolean
  candidatesOf(statuses: readonly Core.ExecutionStatus[]): readonly Core.ExecutionStatus[]
  encodeError: typeof Core.encodeError
  encodeReason: typeof Core.encodeReason
}

/** An engine with one rule broken, in itself or by the store below it. */
export interface EngineMutant extends Omit<StoreMutant, 'damage'>, Partial<Pick<StoreMutant, 'damage'>> {
  /** What is wrong with what the engine takes from core. */
  readonly core?: Partial<Pick<typeof Core, 'captureHome'>>
  /** What is wrong with the engine itself. */
  readonly engine?: Partial<EngineParts>
}

/** What an engine must not get away with. */
export const engineMutants: readonly EngineMutant[] = [
  {
    name: 'suspects are begun all at once',
    caughtBy: 'POISON-01',
    damage: (intact) => ({ claim: (request) => intact.claim({ ...request, suspects: request.limit }) }),
  },
  {
    name: 'a suspect that was struck is survived when it settles a step, and others are begun beside it',
    caughtBy: 'POISON-09',
    engine: { isStepEnough: true },
  },
  {
    name: 'nobody counts of what processes died',
    caughtBy: 'POISON-02',
    damage: (intact) => ({
      claim: async (request) => {
        const answer = await intact.claim(request)
        for (const { run } of answer.claimed) intact.database.putRun({ ...run, strikes: 0 })
        return { ...answer, claimed: answer.claimed.map(({ run }) => ({ run: { ...run, strikes: 0 } })) }
      },
    }),
  },
  {
    name: 'what was blocked is left to people, under an engine',
    caughtBy: 'LOCKED-01',
    damage: (intact) => ({ claim: (request) => intact.claim({ ...request, startedAt: 0 }) }),
  },
  {
    name: 'a claim fails for a row that it cannot read, under an engine',
    caughtBy: 'DAMAGED-01',
    damage: (intact) => ({
      claim: async (request) => {
        const isSound = intact.database.newestRuns().every((run) => Array.isArray(run.waitsFor))
        if (!isSound) throw new Error('Unexpected token g in JSON at position 0')
        return intact.claim(request)
      },
    }),
  },
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
    name: 'nobody looks whether anybody has the code of a run',
    caughtBy: 'SHOWN-01',
    engine: { isDue: () => false },
  },
  {
    name: 'a list of some statuses goes by those of the rows',
    caughtBy: 'SHOWN-02',
    engine: { candidatesOf: (statuses) => statuses },
  },
  {
    name: 'errors are recorded as they are, whatever the codec',
    caughtBy: 'SECRET-01',
    engine: { encodeError: (error) => error },
  },
  {
    name: 'reasons are recorded as they are given, whatever the codec',
    caughtBy: 'SECRET-03',
    engine: { encodeReason: async (text) => text },
  },
  {
    name: 'nobody looks by themselves',
    caughtBy: 'POLL-01',
    engine: { poll: () => () => {} },
  },
  {
    name: 'an idle worker asks for work ten times as often',
    caughtBy: 'POLL-03',
    engine: { poll: (clock, everyMs, look) => pollOften(clock, everyMs / 10, look) },
  },
  {
    name: 'a worker is not told that a run which it lets go of has a deadline',
    caughtBy: 'POLL-04',
    damage: (intact) => ({
      claim: async (request) => withoutDeadlines(await intact.claim(request)),
      commit: async (request) => {
        const reply = await intact.commit(request)
        return {
          ...withoutDeadlinesIn(reply),
          ...(reply.claim === undefined ? {} : { claim: withoutDeadlines(reply.claim) }),
        }
      },
    }),
  },
  {
    name: 'engines over one store have a bus each',
    caughtBy: 'SHARED-01',
    engine: { shareAs: (store) => ({ ...store }) },
  },
  {
    name: 'news of one namespace wake every other',
    caughtBy: 'SHARED-02',
    engine: { concerns: () => true },
  },
  {
    name: 'a look shows nothing new',
    caughtBy: 'HEARD-01',
    damage: (intact) => ({
      look: async (holdings) => {
        const answers = await intact.look(holdings)
        return answers.map((answer) =>
          answer.kind === 'held' ? { ...answer, inboxSeq: 0, controlSeq: 0 } : answer,
        )
      },
    }),
  },
  {
    name: 'a look shows nobody that the run is not theirs any more',
    caughtBy: 'HEARD-02',
    damage: (intact) => ({
      look: async (holdings) => {
        const answers = await intact.look(holdings)
        return answers.map((answer) =>
          answer.kind === 'held' ? answer : { kind: 'held', inboxSeq: 0, controlSeq: 0 },
        )
      },
    }),
  },
  {
    name: 'a look renews, under an engine',
    caughtBy: 'HEARD-03',
    damage: (intact) => ({
      look: async (holdings) => {
        await intact.renew({ leaseMs: 3_600_000, holdings })
        return intact.look(holdings)
      },
    }),
  },
  {
    name: 'what was told before the answer to a claim is not looked for',
    caughtBy: 'HEARD-04',
    engine: { newsCount: 0 },
  },
  {
    name: 'a store answers more messages than a run has waits',
    caughtBy: 'HEARD-06',
    damage: (intact) => ({
      messages: (request) => {
        const topics = request.topics.map((each) => ({ ...each, limit: 1_000 }))
        return intact.messages({ ...request, topics })
      },
    }),
  },
  {
    name: 'timers come before whatever is in the inbox',
    caughtBy: 'HEARD-05',
    engine: {
      foldInOrder: (happenings) =>
        [...happenings].sort(
          (a, b) => Number(b.kind === 'timer') - Number(a.kind === 'timer') || a.at - b.at,
        ),
    },
  },
  {
    name: 'runs are in the async context of whoever woke their worker',
    caughtBy: 'CALLER-01',
    core: { captureHome: () => (run) => run() },
  },
  {
    name: 'a request acts on the newest run, under an engine',
    caughtBy: 'LIVES-01',
    damage: (intact) => ({
      control: (batch) => intact.control(batch.map(({ target: _, ...request }) => request)),
    }),
  },
  {
    name: 'a cancel ends a run that has recorded nothing, under an engine',
    caughtBy: 'ENDS-01',
    damage: (intact) => ({
      control: (batch) => {
        for (const { action, ...key } of batch) {
          const row = intact.database.newestRun(key)
          if (action.kind === 'cancel' && row !== null && row.applied === null)
            intact.database.putRun({ ...row, startedAt: null })
        }
        return intact.control(batch)
      },
    }),
  },
]

function pollOften(clock: Clock, everyMs: number, look: () => void): () => void {
  const arm = (): (() => void) =>
    clock.schedule(everyMs, () => {
      stop = arm()
      look()
    })
  let stop = arm()
  return () => stop()
}

/** The answer to a claim, as if no run had a timeout, and none that is held were ever due. */
function withoutDeadlines(answer: ClaimAnswer): ClaimAnswer {
  const claimed = answer.claimed.map(({ run }) => ({
    run: { ...run, control: { ...run.control, deadlineAt: null } },
  }))
  return { ...answer, claimed, nextAt: null }
}

function withoutDeadlinesIn({ answers }: CommitReply): CommitReply {
  return {
    answers: answers.map((answer) =>
      'control' in answer ? { ...answer, control: { ...answer.control, deadlineAt: null } } : answer,
    ),
  }
}

/** The answer to a claim, without the commits that were last applied. */
function forgetful({ claimed, ...answer }: ClaimAnswer): ClaimAnswer {
  const unknown = { nonce: 'unknown', commitSeq: 0 }
  return {
    ...answer,
    claimed: claimed.map(({ run }) => ({ run: { ...run, applied: run.applied === null ? null : unknown } })),
  }
}
