import type { CommitEntry, OperationRecord, OperationStatus, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import {
  entryFor,
  forgedPairs,
  json,
  keyOf,
  newRun,
  notACursor,
  operations,
  strangeCursors,
  unique,
} from '../builders.js'
import { recorded } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { finish } from '../turns.js'

export const journalRequirements: readonly StoreRequirement[] = [
  requirement('JOURNAL-01', 'a journal is read as it was written, every field of it', async (t) => {
    const run = await t.hold()
    const error = {
      name: 'TypeError',
      message: 'no',
      stack: 'at …',
      cause: { name: 'Error', message: 'deep' },
    }
    const rows = operations(run, [
      {
        operationId: 'a',
        type: 'CONTEXT',
        subType: 'Batch',
        status: 'STARTED',
        name: 'resize',
        occurrence: 3,
      },
      { operationId: 'b', parentId: 'a', status: 'FAILED', error, value: null, attempt: 5 },
      {
        operationId: 'c',
        parentId: 'a',
        status: 'PENDING',
        dueAt: 4_102_444_800_000,
        attempt: 2,
        attempts: [
          { attempt: 1, error, failedAt: 1, nextAttemptAt: 2 },
          {
            attempt: 2,
            error: { name: 'Error', message: '' },
            failedAt: 3,
            nextAttemptAt: 4_102_444_800_000,
          },
        ],
      },
      { operationId: 'd', type: 'WAIT', subType: 'Sleep', startedAt: 1, endedAt: 2 },
      { operationId: 'e', extras: { registered: ['undo'], state: { step: 2, done: false, note: null } } },
      { operationId: 'f', value: { format: 'rich', data: '[1,2]' } },
    ])
    await t.apply(run, { operations: rows })
    expect(await t.journal(run)).toEqual(rows)
  }),

  requirement('JOURNAL-02', 'a journal is paged, and each row is in one page', async (t) => {
    const run = await t.hold()
    const rows = operations(
      run,
      Array.from({ length: 25 }, () => ({})),
    )
    await t.apply(run, { operations: rows })
    for (const limit of [1, 7, 25, 26]) expect(await t.journal(run, { limit })).toEqual(rows)
    const [page, whole] = await Promise.all([24, 25].map((limit) => t.store.load({ ...keyOf(run), limit })))
    expect(page?.cursor).not.toBeNull()
    expect(whole?.operations).toHaveLength(25)
  }),

  requirement('JOURNAL-03', 'a journal belongs to its run', async (t) => {
    const first = await recorded(t)
    await t.apply(first, { turn: finish() })
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    const [second] = await t.claim()
    if (second === undefined) throw new Error('The second run was not claimed')
    const [own] = operations(second, [{ operationId: (await t.journal(first))[0]?.operationId ?? '' }])
    if (own !== undefined) await t.apply(second, { operations: [{ ...own, value: json('second') }] })
    expect(await t.journal(first)).toMatchObject([{ value: json('done') }])
    expect(await t.journal(second)).toMatchObject([{ value: json('second') }])
  }),

  requirement(
    'JOURNAL-04',
    'the journal of a run that recorded nothing, or does not exist, is empty',
    async (t) => {
      const run = await t.hold()
      const empty = { operations: [], cursor: null }
      expect(await t.store.load({ ...keyOf(run), limit: 10 })).toEqual(empty)
      expect(await t.store.load({ ...keyOf(run), executionId: 'nobody', limit: 10 })).toEqual(empty)
    },
  ),

  requirement('JOURNAL-05', 'what lies under a closed context is left out, the context is not', async (t) => {
    const run = await t.hold()
    await write(t, run, [context('closed'), step('under', 'closed'), step('beside', null)])
    expect(await shown(t, run)).toEqual(['closed', 'beside'])
  }),

  requirement('JOURNAL-06', 'what lies under an open context is shown', async (t) => {
    const run = await t.hold()
    await write(t, run, [context('open', null, 'STARTED'), step('under', 'open')])
    expect(await shown(t, run)).toEqual(['open', 'under'])
  }),

  requirement('JOURNAL-07', 'a context is closed however it ended', async (t) => {
    for (const status of ['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'STOPPED'] as const) {
      const run = await t.hold()
      await write(t, run, [context('closed', null, status), step('under', 'closed')])
      expect(await shown(t, run)).toEqual(['closed'])
    }
  }),

  requirement(
    'JOURNAL-08',
    'what lies deeper under a closed context is left out at every depth',
    async (t) => {
      const run = await t.hold()
      await write(t, run, [
        context('closed'),
        context('inner', 'closed', 'STARTED'),
        context('innermost', 'inner', 'STARTED'),
        step('deep', 'innermost'),
        step('beside', null),
      ])
      expect(await shown(t, run)).toEqual(['closed', 'beside'])
    },
  ),

  requirement('JOURNAL-09', 'what lies under a closed context that must be replayed is shown', async (t) => {
    const run = await t.hold()
    await write(t, run, [
      { ...context('replayed'), extras: { replayChildren: true } },
      step('under', 'replayed'),
      context('open', 'replayed', 'STARTED'),
      step('deep', 'open'),
    ])
    expect(await shown(t, run)).toEqual(['replayed', 'under', 'open', 'deep'])
  }),

  requirement('JOURNAL-10', 'each closed context decides for what lies under it', async (t) => {
    const run = await t.hold()
    const extras = { replayChildren: true }
    await write(t, run, [
      { ...context('replayed'), extras },
      context('closed', 'replayed'),
      step('hidden', 'closed'),
      { ...context('replayed too', 'closed'), extras },
      step('hidden too', 'replayed too'),
      { ...context('no', null), extras: { replayChildren: false } },
      step('hidden as well', 'no'),
    ])
    expect(await shown(t, run)).toEqual(['replayed', 'closed', 'no'])
  }),

  requirement('JOURNAL-11', 'who reads a history is shown everything', async (t) => {
    const run = await t.hold()
    await write(t, run, [context('closed'), context('inner', 'closed'), step('deep', 'inner')])
    const rows = await t.journal(run, { everything: true, limit: 2 })
    expect(rows.map(({ operationId }) => operationId)).toEqual(['closed', 'inner', 'deep'])
  }),

  requirement('JOURNAL-12', 'what a context that closed later holds is left out from then on', async (t) => {
    const run = await t.hold()
    await write(t, run, [context('a', null, 'STARTED'), step('under', 'a')])
    expect(await shown(t, run)).toEqual(['a', 'under'])
    const [first] = await t.journal(run)
    if (first === undefined) throw new Error('The context is not in the journal')
    await t.apply(await t.row(run), { operations: [{ ...first, status: 'SUCCEEDED', settleSeq: 2 }] })
    expect(await shown(t, run)).toEqual(['a'])
  }),

  requirement('JOURNAL-13', 'pages reach what lies behind many rows that are left out', async (t) => {
    const run = await t.hold()
    const under = Array.from({ length: 2_000 }, (_, index) => step(`under-${index}`, 'closed'))
    await write(t, run, [step('before', null), context('closed'), ...under, step('behind', null)])
    const rows = await t.journal(run, { limit: 2 })
    expect(rows.map(({ operationId }) => operationId)).toEqual(['before', 'closed', 'behind'])
  }),

  requirement('JOURNAL-14', 'load refuses a cursor that no page answered, the empty one too', async (t) => {
    const run = await t.start()
    for (const cursor of strangeCursors) {
      const page = t.store.load({ ...keyOf(run), limit: 1, cursor })
      await expect(page, `load of the cursor ${JSON.stringify(cursor)}`).rejects.toMatchObject(notACursor)
    }
  }),

  requirement(
    'JOURNAL-15',
    'an execution and an operation are two things, however they are cut',
    async (t) => {
      for (const pair of forgedPairs) {
        const namespace = unique('namespace')
        const runs = await Promise.all(
          pair.map(({ outer }) => t.hold({ namespace, executionId: outer, queue: unique('queue') })),
        )
        const kept = await Promise.all(
          runs.map(async (run, index) => {
            const rows = operations(run, [{ operationId: pair[index]?.inner ?? '', value: json(index) }])
            await t.apply(run, { operations: rows })
            return rows
          }),
        )
        expect(await Promise.all(runs.map((run) => t.journal(run)))).toEqual(kept)
      }
    },
  ),

  requirement(
    'JOURNAL-16',
    'a turn whose numbers cannot be right is rejected, and nothing of it is written',
    async (t) => {
      const run = await recorded(t)
      const { startSeq, settleSeq } = run.counters
      const journal = await t.journal(run)
      const [known] = journal
      if (known === undefined) throw new Error('nothing was recorded')
      const open = { status: 'STARTED', settleSeq: null, endedAt: null } as const
      const at = (row: Partial<OperationRecord>, ...more: Partial<OperationRecord>[]) => ({
        operations: operations(run, [row, ...more]),
      })
      const counters = (starts: number, ends: number) => ({
        counters: { startSeq: startSeq + starts, settleSeq: settleSeq + ends },
      })
      const wrong: Record<string, Partial<CommitEntry>> = {
        'counters that go back': { counters: { startSeq: 0, settleSeq: 0 } },
        'a counter without a row': counters(1, 0),
        'the startSeq 0': { ...at({ ...open, startSeq: 0 }), ...counters(0, 0) },
        'a startSeq beyond the counter': { ...at({ ...open, startSeq: startSeq + 2 }), ...counters(1, 0) },
        'a gap in the starts': { ...at({ ...open, startSeq: startSeq + 2 }), ...counters(2, 0) },
        'one startSeq for two': {
          ...at({ ...open, startSeq: startSeq + 1 }, { ...open, startSeq: startSeq + 1 }),
          ...counters(2, 0),
        },
        'one id twice': {
          ...at({ ...open, operationId: 'x' }, { ...open, operationId: 'x' }),
          ...counters(2, 0),
        },
        'a settleSeq that was given out': { ...at({ settleSeq }), ...counters(1, 0) },
        'a gap in the ends': { ...at({ settleSeq: settleSeq + 2 }), ...counters(1, 2) },
        'an end without a number': { ...at({ settleSeq: null }), ...counters(1, 0) },
        'a number without an end': { ...at({ ...open, settleSeq: settleSeq + 1 }), ...counters(1, 1) },
        'another id under a taken number': {
          ...at({ ...open, startSeq: known.startSeq }),
          ...counters(0, 0),
        },
        'a final row that is opened': { operations: [{ ...known, ...open }], ...counters(0, 0) },
        'a final row with another end': {
          operations: [{ ...known, status: 'FAILED', settleSeq: settleSeq + 1 }],
          ...counters(0, 1),
        },
      }
      for (const [what, entry] of Object.entries(wrong)) {
        expect(await t.commit(run, entry), what).toMatchObject({ kind: 'rejected' })
        expect(await t.row(run), what).toEqual(run)
        expect(await t.journal(run), what).toEqual(journal)
      }
    },
  ),

  requirement(
    'JOURNAL-17',
    'a turn that numbers wrongly fails alone, and the others of its batch are applied',
    async (t) => {
      const [good, bad] = [await recorded(t), await recorded(t)]
      const [known] = await t.journal(bad)
      const wrong = operations(bad, [{ startSeq: known?.startSeq ?? 1 }])
      const answers = await t.commitAll([
        entryFor(good, { operations: operations(good, [{}]) }),
        entryFor(bad, { operations: wrong }),
      ])
      expect(answers.map(({ kind }) => kind)).toEqual(['applied', 'rejected'])
      expect(await t.journal(good)).toHaveLength(2)
      expect(await t.journal(bad)).toEqual([known])
    },
  ),
]

type Row = Partial<OperationRecord>

function context(
  operationId: string,
  parentId: string | null = null,
  status: OperationStatus = 'SUCCEEDED',
): Row {
  return { operationId, parentId, status, type: 'CONTEXT', subType: 'RunInChildContext' }
}

function step(operationId: string, parentId: string | null): Row {
  return { operationId, parentId }
}

async function write(t: StoreTrial, run: RunRecord, rows: readonly Row[]): Promise<void> {
  await t.apply(run, { operations: operations(run, rows) })
}

async function shown(t: StoreTrial, run: RunRecord): Promise<readonly string[]> {
  return (await t.journal(run)).map(({ operationId }) => operationId)
}
