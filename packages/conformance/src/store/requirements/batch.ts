import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { callback, claimRequest, entryFor, event, executionOf, newRun, operations } from '../builders.js'
import { recorded } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

const thousand: readonly number[] = Array.from({ length: 1_000 }, (_, index) => index)

export const batchRequirements: readonly StoreRequirement[] = [
  requirement('BATCH-01', 'each entry has an answer of its own, in order', async (t) => {
    const [good, lost, behind, poison] = [
      await recorded(t),
      await recorded(t),
      await recorded(t),
      await recorded(t),
    ]
    await t.send(behind, event('go'))
    const entries = [
      entryFor(lost, { fence: { ...lost.fence, nonce: 'another' } }),
      entryFor(behind, { turn: suspend() }),
      entryFor(poison, { consumed: [{ inboxSeq: 9, operationId: 'wait' }] }),
      entryFor(good, { turn: finish() }),
    ]
    const answers = await t.commitAll(entries)
    expect(answers.map(({ kind }) => kind)).toEqual(['fenced', 'stale', 'rejected', 'applied'])
    expect(await t.row(good)).toMatchObject({ status: 'COMPLETED' })
    for (const run of [lost, poison]) expect(await t.row(run)).toEqual(run)
  }),

  requirement('BATCH-02', 'a poison entry fails alone, wherever it stands', async (t) => {
    for (const position of [0, 1, 2]) {
      const runs = [await t.hold(), await t.hold(), await t.hold()]
      const consumed = [{ inboxSeq: 9, operationId: 'wait' }]
      const answers = await t.commitAll(
        runs.map((run, index) => entryFor(run, index === position ? { consumed } : { turn: finish() })),
      )
      const kinds = runs.map((_, index) => (index === position ? 'rejected' : 'applied'))
      expect(answers.map(({ kind }) => kind)).toEqual(kinds)
    }
  }),

  requirement('BATCH-03', 'several turns of one run in one batch are taken one after another', async (t) => {
    const run = await t.hold()
    const [first, second, third] = operations(run, [{}, {}, {}])
    const entries = [first, second, third].map((operation, index) =>
      entryFor(run, { commitSeq: index + 1, operations: operation === undefined ? [] : [operation] }),
    )
    expect(await t.commitAll(entries)).toMatchObject([
      { kind: 'applied' },
      { kind: 'applied' },
      { kind: 'applied' },
    ])
    expect(await t.journal(run)).toEqual([first, second, third])
    expect(await t.row(run)).toMatchObject({
      applied: { commitSeq: 3 },
      counters: { startSeq: 3, settleSeq: 3 },
    })
  }),

  requirement('BATCH-04', 'one entry twice in a batch is applied and then a duplicate', async (t) => {
    const run = await t.hold()
    const messages = [{ to: executionOf(run), message: event('go') }]
    const entry = entryFor(run, { operations: operations(run, [{}]), messages })
    expect(await t.commitAll([entry, entry])).toMatchObject([
      { kind: 'applied' },
      { kind: 'duplicate', inboxSeq: 1 },
    ])
    expect(await t.row(run)).toMatchObject({ inboxSeq: 1 })
  }),

  requirement('BATCH-05', 'an entry that follows the end of its run is fenced', async (t) => {
    const run = await t.hold()
    const ends = entryFor(run, { turn: finish() })
    const late = entryFor(run, { commitSeq: 2, operations: operations(run, [{}]) })
    expect(await t.commitAll([ends, late])).toMatchObject([{ kind: 'applied' }, { kind: 'fenced' }])
    expect(await t.journal(run)).toEqual([])
  }),

  requirement('BATCH-06', 'an entry sees the message that an earlier entry has sent', async (t) => {
    const [sender, waiter] = [await t.hold(), await t.hold()]
    const sends = entryFor(sender, { messages: [{ to: executionOf(waiter), message: event('go') }] })
    const waits = entryFor(waiter, { turn: suspend(['event:go']) })
    expect(await t.commitAll([sends, waits])).toMatchObject([
      { kind: 'applied' },
      { kind: 'stale', inboxSeq: 1 },
    ])
  }),

  requirement('BATCH-07', 'an entry that has suspended is woken by a message of a later entry', async (t) => {
    const [sender, waiter] = [await t.hold(), await t.hold()]
    const sends = entryFor(sender, { messages: [{ to: executionOf(waiter), message: event('go') }] })
    const waits = entryFor(waiter, { turn: suspend(['event:go']) })
    expect(await t.commitAll([waits, sends])).toMatchObject([
      { kind: 'applied', inboxSeq: 0 },
      { kind: 'applied' },
    ])
    expect(await t.row(waiter)).toMatchObject({ status: 'PENDING', inboxSeq: 1 })
  }),

  requirement('BATCH-08', 'two runs that send to each other in one batch both hear', async (t) => {
    const [a, b] = [await t.hold(), await t.hold()]
    const entries = [
      entryFor(a, {
        messages: [{ to: executionOf(b), message: event('from-a') }],
        turn: suspend(['event:from-b']),
      }),
      entryFor(b, { messages: [{ to: executionOf(a), message: event('from-b') }] }),
    ]
    expect(await t.commitAll(entries)).toMatchObject([{ kind: 'applied' }, { kind: 'applied', inboxSeq: 1 }])
    expect(await t.row(a)).toMatchObject({ status: 'PENDING', inboxSeq: 1 })
    expect(await t.pending(b)).toMatchObject([{ topic: 'event:from-a' }])
  }),

  requirement('BATCH-09', 'an empty batch has an empty answer', async (t) => {
    expect(await t.store.create([])).toEqual([])
    expect(await t.store.commit({ entries: [] })).toEqual({ answers: [] })
    expect(await t.store.renew({ leaseMs: 1, holdings: [] })).toEqual([])
    expect(await t.store.append([])).toEqual([])
    expect(await t.store.control([])).toEqual([])
    expect(await t.store.read([])).toEqual([])
  }),

  requirement('BATCH-10', 'a thousand runs are created, claimed and ended in three calls', async (t) => {
    const created = await t.store.create(thousand.map(() => newRun()))
    expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1_000)
    const { claimed } = await t.store.claim(claimRequest({ limit: 1_000 }))
    const entries = claimed.map(({ run }) =>
      entryFor(run, { operations: operations(run, [{}]), turn: finish() }),
    )
    const answers = await t.commitAll(entries)
    expect(answers.filter(({ kind }) => kind === 'applied')).toHaveLength(1_000)
    expect((await t.rows()).runs.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1_000)
    expect((await t.rows()).operations).toHaveLength(1_000)
  }),

  requirement(
    'BATCH-11',
    'a thousand messages to one run are numbered as they stand in the batch',
    async (t) => {
      const run = await t.hold()
      const to = executionOf(run)
      const answers = await t.store.append(
        thousand.map((number) => ({ to, message: callback(`c${number}`) })),
      )
      expect(answers).toEqual(thousand.map((index) => ({ kind: 'appended', inboxSeq: index + 1 })))
      expect((await t.pending(run)).map(({ topic }) => topic)).toEqual(
        thousand.map((number) => `callback:c${number}`),
      )
    },
  ),

  requirement('BATCH-12', 'a thousand rows of one turn are written in it', async (t) => {
    const run = await t.hold()
    const rows = operations(
      run,
      thousand.map(() => ({})),
    )
    await t.apply(run, { operations: rows })
    expect(await t.journal(run, { limit: 300 })).toEqual(rows)
  }),

  requirement('BATCH-13', 'a thousand turns of one run can come in one batch', async (t) => {
    const run = await t.hold()
    const rows = operations(
      run,
      thousand.map(() => ({})),
    )
    const entries = rows.map((row, index) => entryFor(run, { commitSeq: index + 1, operations: [row] }))
    const answers = await t.commitAll(entries)
    expect(answers.filter(({ kind }) => kind === 'applied')).toHaveLength(1_000)
    expect(await t.row(run)).toMatchObject({ applied: { commitSeq: 1_000 } })
  }),
]
