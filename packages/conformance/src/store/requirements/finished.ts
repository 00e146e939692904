import type { ControlAction, RunKey, RunRecord, Store } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { entryFor, keyOf, newRun, notACursor, strangeCursors, unique } from '../builders.js'
import { family } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block, continueAsNew, finish, suspend } from '../turns.js'

const namespace = 'main'

/** Every way of ending; answers which runs have ended. */
const endings: Readonly<Record<string, (t: StoreTrial) => Promise<readonly RunKey[]>>> = {
  finish: async (t) => {
    const runs = await several(t, 4)
    const statuses = ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const
    await t.commitAll(statuses.map((status, index) => entryFor(must(runs[index]), { turn: finish(status) })))
    return runs
  },
  continueAsNew: async (t) => {
    const run = await t.hold()
    await t.apply(run, { turn: continueAsNew() })
    return [run]
  },
  terminate: async (t) => {
    const runs = [await t.start(), await t.hold()]
    for (const run of runs) await ask(t, run, { kind: 'terminate', reason: null })
    return runs
  },
  cancel: async (t) => {
    const run = await t.start()
    await ask(t, run, { kind: 'cancel', reason: null })
    return [run]
  },
  deadline: async (t) => {
    const run = await t.start({ timeoutMs: 1_000 })
    t.clock.advance(1_000)
    await ask(t, run, { kind: 'recordDeadline', deadlineAt: must(run.control.deadlineAt) })
    return [run]
  },
  relay: async (t) => {
    const { parent, child } = await family(t)
    await ask(t, parent, { kind: 'terminate', reason: null })
    await t.relayAll()
    return [parent, child]
  },
}

export const finishedRequirements: readonly StoreRequirement[] = [
  requirement(
    'FINISHED-01',
    'runs that have finished are named in the order in which they did',
    async (t) => {
      const runs = await several(t, 5)
      const cursor = await fromNow(t.store)
      const ended = [...runs].reverse()
      for (const run of ended) await t.apply(run, { turn: finish() })
      expect(await all(t.store, cursor)).toEqual(ended.map(keyOf))
    },
  ),

  requirement('FINISHED-02', 'from now on: what has finished before is not named', async (t) => {
    expect(await all(t.store, await fromNow(t.store))).toEqual([])
    const [before, after] = await several(t, 2)
    await t.apply(must(before), { turn: finish() })
    const { finished, cursor } = await t.store.finishedSince({ namespace, cursor: null, limit: 10 })
    expect(finished).toEqual([])
    await t.apply(must(after), { turn: finish() })
    expect(await all(t.store, cursor)).toEqual([keyOf(must(after))])
  }),

  requirement(
    'FINISHED-03',
    'they are paged without loss or repeat, while others finish in between',
    async (t) => {
      const runs = await several(t, 9)
      const start = await fromNow(t.store)
      await t.commitAll(runs.slice(0, 4).map((run) => entryFor(run, { turn: finish() })))
      const found: RunKey[] = []
      let cursor = start
      for (const run of runs.slice(4)) {
        const page = await t.store.finishedSince({ namespace, cursor, limit: 2 })
        expect(page.finished.length).toBeLessThanOrEqual(2)
        found.push(...page.finished)
        cursor = page.cursor
        await t.apply(run, { turn: finish() })
      }
      found.push(...(await all(t.store, cursor, 2)))
      expect(names(found)).toEqual(names(runs))
      expect(await all(t.store, start, 1)).toEqual(found)
    },
  ),

  requirement('FINISHED-04', 'a cursor is good for every handle, and as often as it is used', async (t) => {
    const [first, second] = await several(t, 2)
    const cursor = await fromNow(t.store)
    await t.apply(must(first), { turn: finish() })
    const other = await t.another()
    for (const store of [t.store, other, t.store])
      expect(await all(store, cursor)).toEqual([keyOf(must(first))])
    const { cursor: next } = await other.finishedSince({ namespace, cursor, limit: 10 })
    expect((await t.store.finishedSince({ namespace, cursor: next, limit: 10 })).finished).toEqual([])
    await t.apply(must(second), { turn: finish() })
    expect(await all(other, next)).toEqual([keyOf(must(second))])
  }),

  ...Object.entries(endings).map(([name, end]) =>
    requirement<StoreTrial>(`FINISHED-BY-${name}`, `a run that ends by ${name} is named, once`, async (t) => {
      const cursor = await fromNow(t.store)
      const ended = await end(t)
      expect(names(await all(t.store, cursor))).toEqual(names(ended))
      for (const key of ended) expect(await t.row(key)).toMatchObject({ finishedAt: expect.any(Number) })
    }),
  ),

  requirement('FINISHED-05', 'a run that goes on, waits or is blocked is not named', async (t) => {
    const cursor = await fromNow(t.store)
    for (const turn of [suspend(['event:go']), { kind: 'release' } as const, block()])
      await t.apply(await t.hold(), { turn })
    const refused = await t.hold()
    expect(await t.commit({ ...refused, fence: { epoch: 9, nonce: 'lost' } }, { turn: finish() })).toEqual({
      kind: 'fenced',
    })
    await ask(t, await t.hold(), { kind: 'cancel', reason: null })
    expect(await all(t.store, cursor)).toEqual([])
  }),

  requirement('FINISHED-06', 'ends of one namespace are named in that one alone', async (t) => {
    const executionId = unique('shared')
    const cursors = new Map<string, string>()
    for (const name of ['north', 'south']) cursors.set(name, await fromNow(t.store, name))
    const north = await t.hold({ namespace: 'north', executionId })
    await t.hold({ namespace: 'south', executionId })
    await t.apply(north, { turn: finish() })
    const ask = (name: string) =>
      t.store.finishedSince({ namespace: name, cursor: must(cursors.get(name)), limit: 10 })
    expect((await ask('north')).finished).toEqual([keyOf(north)])
    expect((await ask('south')).finished).toEqual([])
  }),

  requirement(
    'FINISHED-07',
    'a row that cannot be read harms no others, and is named with them',
    async (t) => {
      if (!t.canDamage) return
      for (const what of ['state', 'values'] as const) {
        const [one, bad, other] = await several(t, 3)
        const cursor = await fromNow(t.store)
        await t.apply(must(one), { turn: finish() })
        await t.apply(must(bad), { turn: finish() })
        const mend = await t.damage(must(bad), what)
        await t.apply(must(other), { turn: finish() })
        expect(await all(t.store, cursor, 1)).toEqual([one, bad, other].map((run) => keyOf(must(run))))
        await mend()
      }
    },
  ),

  requirement('FINISHED-08', 'a run that cannot be read is named when it is terminated', async (t) => {
    if (!t.canDamage) return
    for (const what of ['state', 'values'] as const) {
      const run = await t.start()
      await t.damage(run, what)
      const cursor = await fromNow(t.store)
      await ask(t, run, { kind: 'terminate', reason: null })
      expect(await all(t.store, cursor)).toEqual([keyOf(run)])
    }
  }),

  requirement('FINISHED-09', 'finishedSince refuses a cursor that was never answered', async (t) => {
    for (const cursor of strangeCursors) {
      const page = t.store.finishedSince({ namespace, cursor, limit: 1 })
      await expect(page, `the cursor ${JSON.stringify(cursor)}`).rejects.toMatchObject(notACursor)
    }
  }),
]

async function several(t: StoreTrial, count: number): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = []
  while (runs.length < count) runs.push(await t.hold(newRun({ queue: unique('queue') })))
  return runs
}

async function ask(t: StoreTrial, run: RunKey, action: ControlAction): Promise<void> {
  expect(await t.ask(run, action)).toMatchObject({ kind: 'accepted' })
}

async function fromNow(store: Store, name = namespace): Promise<string> {
  return (await store.finishedSince({ namespace: name, cursor: null, limit: 10 })).cursor
}

/** All pages from a cursor on. */
async function all(store: Store, from: string, limit = 100): Promise<readonly RunKey[]> {
  const found: RunKey[] = []
  let cursor = from
  for (;;) {
    const page = await store.finishedSince({ namespace, cursor, limit })
    found.push(...page.finished)
    cursor = page.cursor
    if (page.finished.length < limit) return found
  }
}

function names(keys: readonly RunKey[]): readonly string[] {
  return keys.map(({ executionId, runNo }) => `${executionId} ${runNo}`).sort()
}

function must<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('There is none')
  return value
}
