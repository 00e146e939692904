import { memory } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const lifeMutants: readonly StoreMutant[] = [
  {
    name: 'a request acts on the newest run, whomever it means',
    caughtBy: 'LIFE-02',
    damage: (intact) => ({
      control: (batch) => intact.control(batch.map(({ target: _, ...request }) => request)),
    }),
  },
  {
    name: 'a message goes to the newest run, whomever it means',
    caughtBy: 'LIFE-03',
    damage: (intact) => ({
      append: (batch) => intact.append(batch.map(({ to, message }) => ({ to, message }))),
    }),
  },
  {
    name: 'a life is taken for the run that began it',
    caughtBy: 'LIFE-04',
    damage: (intact) => ({
      control: (batch) =>
        intact.control(
          batch.map(({ target, ...request }) => {
            if (target === undefined) return request
            return { ...request, target: 'lifeNo' in target ? { runNo: target.lifeNo } : target }
          }),
        ),
    }),
  },
  {
    name: 'whoever reads a life gets the newest run there is',
    caughtBy: 'LIFE-06',
    damage: (intact) => ({
      read: (keys) => intact.read(keys.map(({ lifeNo: _, ...key }) => key)),
    }),
  },
  {
    name: 'a dedupe id is remembered from one life to the next',
    caughtBy: 'LIFE-07',
    damage: (intact) => ({
      append: async (batch) => {
        const answers = []
        for (const addressed of batch) {
          const { to, message } = addressed
          const earlier = intact.database
            .inbox(to)
            .find(({ dedupeId }) => dedupeId !== null && dedupeId === message.dedupeId)
          const answer =
            earlier === undefined
              ? (await intact.append([addressed]))[0]
              : ({ kind: 'duplicate', inboxSeq: earlier.inboxSeq } as const)
          if (answer !== undefined) answers.push(answer)
        }
        return answers
      },
    }),
  },
  {
    name: 'a dedupe id is forgotten when a run is continued as new',
    caughtBy: 'LIFE-08',
    damage: ({ database, capabilities }, clock) => ({
      append: (batch) => {
        const ofRun = batch.map(({ to, message, ...rest }) => {
          const { dedupeId } = message
          const runNo = database.newestRun(to)?.runNo
          return { to, ...rest, message: { ...message, dedupeId: dedupeId && `${runNo}:${dedupeId}` } }
        })
        return memory({ clock, database, capabilities }).append(ofRun)
      },
    }),
  },
  {
    name: 'a start is compared with the input of the newest link of a chain',
    caughtBy: 'START-20',
    damage: (intact) => ({
      create: async (batch) => {
        for (const wanted of batch) {
          const row = intact.database.newestRun(wanted)
          if (row !== null) intact.database.putRun({ ...row, startInputHash: row.inputHash })
        }
        return intact.create(batch)
      },
    }),
  },
]
