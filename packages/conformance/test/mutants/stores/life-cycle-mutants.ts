import { isTerminal } from '@perdure/core'
import { memory } from '@perdure/memory'
import type { StoreMutant } from '../store-mutant.js'

export const lifeCycleMutants: readonly StoreMutant[] = [
  {
    name: 'starting an execution again starts it again',
    caughtBy: 'START-06',
    damage: (intact) => ({
      create: (batch) =>
        intact.create(batch.map((wanted) => ({ ...wanted, idReusePolicy: 'newRunAfterTerminal' }))),
    }),
  },
  {
    name: 'a worker that retires is still seen',
    caughtBy: 'WORKER-04',
    damage: () => ({ retire: async () => {} }),
  },
  {
    name: 'rows of workers that were killed stay for good',
    caughtBy: 'WORKER-11',
    damage: (intact) => ({
      announce: async (worker) => {
        const before = intact.database.workers()
        const answer = await intact.announce(worker)
        const own = [worker.namespace, worker.workerId].join('/')
        for (const each of before)
          if ([each.namespace, each.workerId].join('/') !== own) intact.database.putWorker(each)
        return answer
      },
    }),
  },
  {
    name: 'a worker that announces itself makes blocked runs due',
    caughtBy: 'WORKER-06',
    damage: (intact) => ({
      announce: async (worker) => {
        for (const run of intact.database.unfinishedRuns()) {
          if (run.status === 'BLOCKED') intact.database.putRun({ ...run, status: 'PENDING', blocked: null })
        }
        return intact.announce(worker)
      },
    }),
  },
  {
    name: 'a closed store goes on answering',
    caughtBy: 'CLOSED-read',
    damage: ({ database, capabilities }, clock) => {
      const { close: _, ...verbs } = memory({ clock, database, capabilities })
      return verbs
    },
  },
  {
    name: 'a finished run can be paused',
    caughtBy: 'CONTROL-02',
    damage: (intact) => ({
      control: async (batch) => {
        const answers = await intact.control(batch)
        return answers.map((answer, index) => {
          const request = batch[index]
          const row = request === undefined ? null : intact.database.newestRun(request)
          if (request?.action.kind !== 'pause' || row === null || !isTerminal(row.status)) return answer
          intact.database.putRun({ ...row, status: 'PAUSED' })
          return { kind: 'accepted', status: 'PAUSED', now: 0 }
        })
      },
    }),
  },
  {
    name: 'a cancel ends a run on the spot, whatever it has recorded',
    caughtBy: 'CANCEL-03',
    damage: (intact) => ({
      control: (batch) => {
        for (const request of batch) {
          const row = intact.database.newestRun(request)
          if (request.action.kind === 'cancel' && row !== null)
            intact.database.putRun({ ...row, startedAt: null })
        }
        return intact.control(batch)
      },
    }),
  },
  {
    name: 'a cancel ends a run that has recorded nothing, though its code is running',
    caughtBy: 'CANCEL-12',
    damage: (intact) => ({
      control: (batch) => {
        for (const request of batch) {
          const row = intact.database.newestRun(request)
          if (request.action.kind === 'cancel' && row !== null && row.applied === null)
            intact.database.putRun({ ...row, startedAt: null })
        }
        return intact.control(batch)
      },
    }),
  },
  {
    name: 'a run that blocks forgets that it is being cancelled',
    caughtBy: 'CANCEL-13',
    damage: (intact) => ({
      commit: async (request) => {
        const reply = await intact.commit(request)
        for (const { key, turn } of request.entries) {
          const row = intact.database.run(key)
          if (turn.kind === 'block' && row !== null)
            intact.database.putRun({ ...row, decided: null, control: { ...row.control, cancel: null } })
        }
        return reply
      },
    }),
  },
  {
    name: 'a run that was set aside is cancelled like any other',
    caughtBy: 'CANCEL-14',
    damage: (intact) => ({
      control: (batch) => {
        for (const { action, ...key } of batch) {
          const row = intact.database.newestRun(key)
          if (action.kind === 'cancel' && row !== null) intact.database.putRun({ ...row, blocked: null })
        }
        return intact.control(batch)
      },
    }),
  },
]
