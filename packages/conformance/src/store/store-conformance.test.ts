import { type Store, UnsupportedOperationError } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { requirement } from '../requirement.js'
import { VirtualClock } from '../virtual-clock.js'
import { json, operations } from './builders.js'
import { checkStore, notesOn } from './store-conformance.js'
import type { StoreRequirement } from './store-trial.js'
import type { CreateStoreUnderTest, ProbedRows } from './store-under-test.js'

const listing: StoreRequirement = requirement('LIST-00', 'a run is listed', async (t) => {
  await t.start()
  expect((await t.store.list({ namespace: 'main', statuses: [], limit: 1 })).runs).toHaveLength(1)
})

/** A memory store with some verbs changed, and its rows as somebody else may see them. */
function broken(
  list: boolean,
  verbs: Partial<Store>,
  rows: (kept: ProbedRows) => ProbedRows = (kept) => kept,
): CreateStoreUnderTest {
  return async ({ clock }) => {
    const store = memory({ clock, capabilities: { list } })
    return {
      store: { ...store, ...verbs },
      probe: async () => rows(store.database.rows()),
      destroy: () => store.close(),
    }
  }
}

const refuse = async () => {
  throw new UnsupportedOperationError({ adapter: 'memory', capability: 'list' })
}

const listNothing = async () => ({ runs: [], cursor: null })

describe('checkStore', () => {
  it('is content with a store that does what the requirement says', async () => {
    expect(await checkStore(listing, broken(true, {}))).toBe('done')
  })

  it('is content with a refusal of what the manifest does not promise', async () => {
    expect(await checkStore(listing, broken(false, { list: refuse }))).toBe('refused')
  })

  it('rejects a refusal of what the manifest promises', async () => {
    await expect(checkStore(listing, broken(true, { list: refuse }))).rejects.toThrow('does not support list')
  })

  it('rejects a store that does nothing instead of refusing', async () => {
    await expect(checkStore(listing, broken(false, { list: listNothing }))).rejects.toThrow()
  })

  it('rejects a store whose rows cannot be true, although every answer was right', async () => {
    const lose = (kept: ProbedRows): ProbedRows => ({ ...kept, runs: [] })
    const holding: StoreRequirement = requirement('HOLD-00', 'a run is sent a message', async (t) => {
      const { namespace, executionId } = await t.hold()
      const message = { kind: 'event', topic: 'event:go', runNo: null, value: null } as const
      await t.send({ namespace, executionId }, { ...message, error: null, outcome: null, dedupeId: null })
    })
    await expect(checkStore(holding, broken(true, {}, lose))).rejects.toThrow('has messages and no run')
  })

  it('names the column that an acknowledged row does not have as it was', async () => {
    const cut = ({ operations: rows, ...kept }: ProbedRows): ProbedRows => ({
      ...kept,
      operations: rows.map((row) => {
        const without = { ...row, attempt: 7 }
        Reflect.deleteProperty(without, 'value')
        return without
      }),
    })
    const writing: StoreRequirement = requirement('WRITE-00', 'a step is recorded', async (t) => {
      const run = await t.hold()
      await t.apply(run, { operations: operations(run, [{ operationId: 'a', value: json(1), attempt: 1 }]) })
    })
    await expect(checkStore(writing, broken(true, {}, cut))).rejects.toThrow(
      'is not there as it was: attempt, value (which the probe leaves out)',
    )
  })

  it('tells the last calls of the store with what is wrong', async () => {
    const failing = checkStore(listing, broken(true, { list: listNothing }))
    await expect(failing).rejects.toThrow(
      /to have a length of 1[\s\S]*The last calls of the store, of 3:[\s\S]*3\. store\.list\([\s\S]*→ \{ runs: \[\], cursor: null \}/,
    )
  })

  it('notes that a store has no second handle', async () => {
    const create = broken(true, {})
    const subject = await create({ clock: new VirtualClock() })
    expect(notesOn(subject)).toEqual([expect.stringContaining('`another`')])
    expect(notesOn({ ...subject, another: async () => subject.store })).toEqual([])
  })

  it('destroys the store whatever came of it', async () => {
    let destroyed = 0
    const create: CreateStoreUnderTest = async ({ clock }) => {
      const subject = await broken(true, { list: listNothing })({ clock })
      return { ...subject, destroy: async () => void destroyed++ }
    }
    await expect(checkStore(listing, create)).rejects.toThrow()
    expect(destroyed).toBe(1)
  })
})
