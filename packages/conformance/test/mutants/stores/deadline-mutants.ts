import type { ControlAnswer, RunRecord } from '@perdure/core'
import type { MemoryStore } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const deadlineMutants: readonly StoreMutant[] = [
  {
    name: 'a timeout counts while the start lies in the future',
    caughtBy: 'START-04',
    damage: (intact) => ({
      create: async (batch) => {
        const answers = await intact.create(batch)
        batch.forEach((wanted, index) => {
          const row = intact.database.newestRun(wanted)
          if (row === null || wanted.timeoutMs === null || answers[index]?.kind !== 'created') return
          put(intact, { ...row, control: { ...row.control, deadlineAt: row.createdAt + wanted.timeoutMs } })
        })
        return answers
      },
    }),
  },
  {
    name: 'nobody hears of a run that is out of time and whose code is elsewhere',
    caughtBy: 'DEADLINE-01',
    damage: (intact) => ({
      claim: async (request) => ({ ...(await intact.claim(request)), passedDeadlines: [] }),
    }),
  },
  {
    name: 'a deadline that was recorded keeps the run due',
    caughtBy: 'DEADLINE-04',
    damage: (intact) => ({
      control: (batch) =>
        afterwards(intact, batch, 'recordDeadline', (row, before) => ({
          ...row,
          control: { ...row.control, deadlineAt: before.control.deadlineAt },
        })),
    }),
  },
  {
    name: 'a deadline is recorded whatever has become of it',
    caughtBy: 'DEADLINE-05',
    damage: (intact) => ({
      control: (batch) =>
        intact.control(
          batch.map((request) => {
            const deadlineAt = intact.database.newestRun(request)?.control.deadlineAt
            if (request.action.kind !== 'recordDeadline' || typeof deadlineAt !== 'number') return request
            return { ...request, action: { kind: 'recordDeadline', deadlineAt } }
          }),
        ),
    }),
  },
  {
    name: 'a cancel that was accepted leaves the deadline its power',
    caughtBy: 'DEADLINE-06',
    damage: (intact) => ({
      control: (batch) =>
        afterwards(intact, batch, 'cancel', (row, before) => ({
          ...row,
          control: { ...row.control, deadlineAt: before.control.deadlineAt },
        })),
    }),
  },
  {
    name: 'a cancel is accepted by a run that is out of time',
    caughtBy: 'DEADLINE-07',
    damage: (intact) => ({
      control: (batch) => {
        for (const { action, ...key } of batch) {
          const row = intact.database.newestRun(key)
          if (action.kind === 'cancel' && row?.decided === 'TIMED_OUT') put(intact, { ...row, decided: null })
        }
        return intact.control(batch)
      },
    }),
  },
  {
    name: 'the time that a holder was told is forgotten',
    caughtBy: 'TIME-08',
    damage: (intact) => ({
      append: (batch) => {
        for (const { to } of batch) {
          const row = intact.database.newestRun(to)
          if (row !== null) put(intact, { ...row, answeredAt: 0 })
        }
        return intact.append(batch)
      },
    }),
  },
  {
    name: 'a claim that is repeated tells a time that nobody remembers',
    caughtBy: 'TIME-09',
    damage: (intact) => ({
      claim: async (request) => {
        const before = intact.database.unfinishedRuns()
        const answer = await intact.claim(request)
        for (const row of before) if (row.fence.nonce === request.requestId) put(intact, row)
        return answer
      },
    }),
  },
  {
    name: 'messages are received by the clock alone',
    caughtBy: 'TIME-10',
    damage: (intact, clock) => ({
      append: async (batch) => {
        const answers = await intact.append(batch)
        batch.forEach(({ to }, index) => {
          const answer = answers[index]
          if (answer?.kind !== 'appended') return
          const message = intact.database.inbox(to)[answer.inboxSeq - 1]
          if (message !== undefined) intact.database.putMessage(to, { ...message, receivedAt: clock.now() })
        })
        return answers
      },
    }),
  },
]

function put({ database }: MemoryStore, row: RunRecord): void {
  database.putRun(row)
}

/** What was accepted, and the row changed after it. */
async function afterwards(
  intact: MemoryStore,
  batch: Parameters<MemoryStore['control']>[0],
  kind: 'cancel' | 'recordDeadline',
  change: (row: RunRecord, before: RunRecord) => RunRecord,
): Promise<readonly ControlAnswer[]> {
  const before = batch.map((request) => intact.database.newestRun(request))
  const answers = await intact.control(batch)
  batch.forEach((request, index) => {
    const row = intact.database.newestRun(request)
    const was = before[index]
    if (request.action.kind !== kind || answers[index]?.kind !== 'accepted' || row === null || !was) return
    put(intact, change(row, was))
  })
  return answers
}
