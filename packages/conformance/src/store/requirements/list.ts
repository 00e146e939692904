import type { ListRequest, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { executionOf, newRun, notACursor, strangeCursors, unique } from '../builders.js'
import { standing } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { finish } from '../turns.js'

export const listRequirements: readonly StoreRequirement[] = [
  requirement('LIST-01', 'the execution created last is listed first', async (t) => {
    const made = await several(t, 3)
    expect(await listed(t)).toEqual([...made].reverse())
  }),

  requirement('LIST-02', 'a list is paged, and each execution is in one page', async (t) => {
    const made = await several(t, 7)
    for (const limit of [1, 3, 7, 8]) expect(await listed(t, { limit })).toEqual([...made].reverse())
    expect(await t.store.list({ namespace: 'main', statuses: [], limit: 7 })).toMatchObject({
      cursor: null,
    })
  }),

  requirement('LIST-03', 'executions of one instant are paged without loss or repeat', async (t) => {
    const made = await Promise.all(Array.from({ length: 9 }, () => t.start()))
    const ids = (await listed(t, { limit: 2 })).map(({ executionId }) => executionId)
    expect(ids).toHaveLength(9)
    expect(new Set(ids)).toEqual(new Set(made.map(({ executionId }) => executionId)))
  }),

  requirement('LIST-04', 'executions that are created between two pages shift nothing', async (t) => {
    const made = await several(t, 4)
    const request = { namespace: 'main', statuses: [], limit: 2 }
    const first = await t.store.list(request)
    await several(t, 3)
    const second = await t.store.list({ ...request, cursor: first.cursor ?? '' })
    expect([...first.runs, ...second.runs]).toEqual([...made].reverse())
  }),

  requirement('LIST-05', 'a list can be of some statuses only', async (t) => {
    const [paused, failed, blocked] = [
      await standing(t, 'PAUSED'),
      await standing(t, 'FAILED'),
      await standing(t, 'BLOCKED'),
    ]
    const ids = async (...statuses: ListRequest['statuses']) => {
      return (await listed(t, { statuses, limit: 1 })).map(({ executionId }) => executionId).sort()
    }
    expect(await ids('FAILED')).toEqual([failed.executionId])
    expect(await ids('BLOCKED', 'PAUSED')).toEqual([blocked.executionId, paused.executionId].sort())
    expect(await ids('COMPLETED')).toEqual([])
    expect(await ids()).toHaveLength(3)
  }),

  requirement('LIST-06', 'an execution is listed by its newest run', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: finish() })
    t.clock.advance(1)
    const between = await t.start()
    t.clock.advance(1)
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    expect(await listed(t)).toEqual([await t.newest(first), between])
    expect(await listed(t, { statuses: ['COMPLETED'] })).toEqual([])
  }),

  requirement('LIST-07', 'a list shows its namespace only, whatever cursor it is given', async (t) => {
    const executionId = unique('shared')
    for (const namespace of ['north', 'south']) {
      await t.start({ namespace, executionId })
      await t.start({ namespace })
    }
    const request = { statuses: [], limit: 1 }
    const { runs, cursor } = await t.store.list({ ...request, namespace: 'north' })
    const south = await t.store.list({ ...request, namespace: 'south', cursor: cursor ?? '' })
    expect(runs).toMatchObject([{ namespace: 'north' }])
    for (const run of south.runs) expect(run.namespace).toBe('south')
    expect(await t.store.list({ ...request, namespace: 'west' })).toEqual({ runs: [], cursor: null })
  }),

  requirement('LIST-08', 'list refuses a cursor that no page answered, the empty one too', async (t) => {
    await t.start()
    for (const cursor of strangeCursors) {
      const page = t.store.list({ namespace: 'main', statuses: [], limit: 1, cursor })
      await expect(page, `list of the cursor ${JSON.stringify(cursor)}`).rejects.toMatchObject(notACursor)
    }
  }),

  requirement('LIST-09', 'runs are read in the order asked, and as null where there is none', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: finish() })
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    const other = await t.start()
    const key = executionOf(first)
    const keys = [
      executionOf(other),
      key,
      { ...key, runNo: 1 },
      { ...key, runNo: 3 },
      { ...key, namespace: 'elsewhere' },
      key,
    ]
    const rows = await t.store.read(keys)
    const found = rows.map((row) => (row === null ? null : [row.executionId, row.runNo]))
    const { executionId } = first
    expect(found).toEqual([
      [other.executionId, 1],
      [executionId, 2],
      [executionId, 1],
      null,
      null,
      [executionId, 2],
    ])
  }),
]

/** Runs created a millisecond apart. */
async function several(t: StoreTrial, count: number): Promise<readonly RunRecord[]> {
  const made: RunRecord[] = []
  for (let index = 0; index < count; index++) {
    t.clock.advance(1)
    made.push(await t.start())
  }
  return made
}

/** All pages of a list. */
async function listed(t: StoreTrial, overrides: Partial<ListRequest> = {}): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = []
  let cursor: string | null = null
  do {
    const more: { cursor?: string } = cursor === null ? {} : { cursor }
    const request: ListRequest = { namespace: 'main', statuses: [], limit: 100, ...overrides, ...more }
    const page = await t.store.list(request)
    expect(page.runs.length).toBeLessThanOrEqual(request.limit)
    runs.push(...page.runs)
    cursor = page.cursor
  } while (cursor !== null)
  return runs
}
