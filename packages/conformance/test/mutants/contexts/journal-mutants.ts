import { isSettled, type JournalListener } from '@perdure/core'
import type { ContextMutant } from '../context-mutant.js'

export const journalMutants: readonly ContextMutant[] = [
  {
    name: 'of the attempts that failed only the newest is kept',
    caughtBy: 'RETRY-16',
    store: (intact) => ({
      commit: (request) => {
        const entries = request.entries.map((entry) => ({
          ...entry,
          operations: entry.operations.map((each) => ({ ...each, attempts: each.attempts.slice(-1) })),
        }))
        return intact.commit({ ...request, entries })
      },
    }),
  },
  {
    name: 'settlement order ignored on replay',
    caughtBy: 'ORDER-01',
    journal: (intact) => ({ settlements: [...intact.settlements].reverse() }),
  },
  {
    name: 'a replay goes by the order in which operations began',
    caughtBy: 'ORDER-12',
    journal: (intact) => ({ settlements: [...intact.settlements].sort((a, b) => a.startSeq - b.startSeq) }),
  },
  {
    name: 'an update is announced before it is durable',
    caughtBy: 'SEMANTICS-05',
    journal: (intact) => {
      let pass: JournalListener | undefined
      return {
        attach: (listener) => {
          pass = listener
          intact.attach({
            ...bound(listener),
            changed: (operation) => !operation.endedAt && listener.changed(operation),
          })
        },
        record: (update) => {
          const operation = intact.record(update)
          queueMicrotask(() => pass?.changed(operation))
          return operation
        },
      }
    },
  },
  {
    name: 'a wait that is over at once is announced before it is durable',
    caughtBy: 'EVENT-30',
    isReady: ({ status }, isReady) => isReady || status === 'TIMED_OUT',
  },
  {
    name: 'a cancel is not announced',
    caughtBy: 'CANCELLATION-01',
    journal: (intact) => ({
      attach: (listener) => {
        const changed: JournalListener['changed'] = (operation) => {
          if (operation.type !== 'EXECUTION') listener.changed(operation)
        }
        intact.attach({ ...bound(listener), changed })
      },
    }),
  },
  {
    name: 'a recorded value that its codec refuses fails the run',
    caughtBy: 'UNKEEPABLE-07',
    journal: (intact) => ({
      block: ({ reason, message }) => {
        if (reason !== 'UNREADABLE') return intact.block({ reason, message })
        intact.finish({ kind: 'failed', error: { name: 'DeserializationError', message } })
      },
    }),
  },
  {
    name: 'code that does not fit the journal goes on',
    caughtBy: 'CHANGE-01',
    journal: () => ({ block: () => {} }),
  },
  {
    name: 'what was settled is settled in the order in which it was awaited',
    caughtBy: 'ORDER-07',
    journal: (intact) => {
      let waiting: (() => void)[] = []
      return {
        attach: (listener) => {
          const changed: JournalListener['changed'] = (operation) => {
            if (!isSettled(operation.status)) return listener.changed(operation)
            waiting.push(() => listener.changed(operation))
            queueMicrotask(() => {
              const all = waiting.reverse()
              waiting = []
              for (const announce of all) announce()
            })
          }
          intact.attach({ ...bound(listener), changed })
        },
      }
    },
  },
]

/** A listener whose members can be spread. */
function bound(listener: JournalListener): JournalListener {
  return {
    changed: (operation) => listener.changed(operation),
    resumed: () => listener.resumed(),
    suspended: (hasGoneOn) => listener.suspended(hasGoneOn),
    stale: () => listener.stale(),
    dropped: (reason) => listener.dropped(reason),
  }
}
