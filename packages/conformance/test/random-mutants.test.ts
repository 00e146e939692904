import type { OperationRecord, Store } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import {
  checkRandomWorkflows,
  driverPlace,
  engineDriver,
  type Place,
  type RandomReport,
} from '../src/index.js'

/** A store that does one thing wrong, and not in every run. */
interface RandomMutant {
  readonly name: string
  readonly damage: (store: Store) => Partial<Store>
}

const mutants: readonly RandomMutant[] = [
  {
    name: 'settlements come back in another order',
    damage: (store) => ({
      load: onLoad(store, (operations) => {
        const numbers = operations.flatMap(({ settleSeq }) => settleSeq ?? []).sort((a, b) => a - b)
        const byId = operations.toSorted((a, b) => (a.operationId < b.operationId ? -1 : 1))
        return byId.map((row) => (row.settleSeq === null ? row : { ...row, settleSeq: numbers.shift() ?? 0 }))
      }),
    }),
  },
  {
    name: 'the attempt that failed is forgotten while the next one is waited for',
    damage: (store) => ({
      load: onLoad(store, (operations) =>
        operations.map((row) => (row.status === 'PENDING' ? { ...row, attempt: row.attempt - 1 } : row)),
      ),
    }),
  },
  {
    name: 'an event that was consumed is handed out again',
    damage: (store) => ({
      commit: ({ entries, ...rest }) =>
        store.commit({ ...rest, entries: entries.map((entry) => ({ ...entry, consumed: [] })) }),
    }),
  },
  {
    name: 'a wait starts over with each replay',
    damage: (store) => ({
      load: onLoad(store, (operations) =>
        operations.filter(({ type, status }) => !(type === 'WAIT' && status === 'STARTED')),
      ),
    }),
  },
  {
    name: 'what a closed context gave is lost',
    damage: (store) => ({
      load: onLoad(store, (operations) =>
        operations.map((row) =>
          row.type === 'CONTEXT' && row.status === 'SUCCEEDED' ? { ...row, value: null } : row,
        ),
      ),
    }),
  },
  {
    name: 'a cancel is forgotten by whoever replays it',
    damage: (store) => ({
      load: onLoad(store, (operations) => operations.filter(({ type }) => type !== 'EXECUTION')),
    }),
  },
]

describe('random workflows find', () => {
  it.each(mutants)(
    '$name',
    async ({ damage }) => {
      const found = await failureOf(place(damage), { endOnFailure: true })
      expect(found).toMatch(/^Program \d+ of 1000, /)
    },
    60_000,
  )

  it('the smallest program, and show what is needed to understand it', async () => {
    const [shuffled] = mutants
    const found = await failureOf(place((store) => shuffled?.damage(store) ?? {}))
    const titles = [
      'What differs',
      'Program',
      'What goes wrong',
      'History without crashes',
      'History with crashes',
    ]
    for (const title of titles) expect(found).toContain(`\n\n${title}:\n`)
    const program = found.split('\n\nProgram:\n')[1]?.split('\n\n')[0] ?? ''
    expect(program.split('\n').length).toBeLessThan(15)
  }, 60_000)

  it('nothing wrong with a store that does nothing wrong, and the same programs by the same seed', async () => {
    const [once, again] = [await report(), await report()]
    expect({ ...again, tookMs: 0 }).toEqual({ ...once, tookMs: 0 })
  })
})

const seed = 20_300_101

/** Without a probe: it is the comparison that has to find out, and not the auditor. */
function place(damage: RandomMutant['damage']): Place {
  const create = engineDriver({
    leaseMs: 500,
    create: async ({ clock }) => {
      const store = memory({ clock })
      return { store: { ...store, ...damage(store) }, destroy: () => store.close() }
    },
  })
  return driverPlace(create, 1_200)
}

async function failureOf(where: Place, options: { readonly endOnFailure?: boolean } = {}): Promise<string> {
  const outcome = await checkRandomWorkflows(where, { runs: 1_000, seed, ...options }).catch(
    (error: unknown) => error,
  )
  if (!(outcome instanceof Error)) throw new Error('Nothing was found.')
  return outcome.message
}

function report(): Promise<RandomReport> {
  return checkRandomWorkflows(
    place(() => ({})),
    { runs: 20, seed },
  )
}

function onLoad(
  store: Store,
  damage: (operations: readonly OperationRecord[]) => readonly OperationRecord[],
): Store['load'] {
  return async (request) => {
    const page = await store.load(request)
    return { ...page, operations: damage(page.operations) }
  }
}
