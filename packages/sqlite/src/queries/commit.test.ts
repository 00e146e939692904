import { VirtualClock } from '@perdure/conformance'
import type { RunRecord, Store } from '@perdure/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { claimRequest, entryOf, newRun, stepOf } from '../../test/builders.js'
import { type CountedDatabase, countedDatabase, kindsOf } from '../../test/support/counted-database.js'
import { sqlite } from '../sqlite-store.js'

describe('a commit', () => {
  let counted: CountedDatabase
  let store: Store
  let runs: readonly RunRecord[]
  beforeEach(async () => {
    counted = countedDatabase()
    store = sqlite({ database: counted.database, synchronous: 'normal', clock: new VirtualClock() })
    await store.open()
    const input = { format: 'json', data: JSON.stringify('x'.repeat(100_000)) }
    await store.create([newRun({ input }), newRun({ input }), newRun({ input })])
    runs = (await store.claim(claimRequest())).claimed.map(({ run }) => run)
    counted.reset()
  })

  it('of one step is one transaction that leaves the input of the run alone', async () => {
    await store.commit({ entries: [entryOf(runs[0]!)] })
    expect(kindsOf(counted.statements)).toEqual([
      'begin',
      'pragma data_version',
      'select',
      'insert operations',
      'update executions',
      'commit',
    ])
  })

  it('of a batch is one transaction, and the claim with it', async () => {
    await store.commit({ entries: runs.map((run) => entryOf(run)), claim: claimRequest() })
    expect(kindsOf(counted.statements).filter((kind) => kind === 'begin' || kind === 'commit')).toHaveLength(
      2,
    )
  })

  it('writes the row of a parent once, however many of its children end in it', async () => {
    const [parent, ...others] = runs
    const { namespace, executionId, runNo } = parent!
    const link = { executionId, runNo, operationId: 'child' }
    const children = [1, 2, 3].map(() => newRun({ parent: link, queue: 'children' }))
    await store.commit({ entries: [entryOf(parent!, { children })] })
    const { claimed } = await store.claim(claimRequest({ queues: ['children'] }))
    counted.reset()
    const turn = {
      kind: 'finish',
      status: 'COMPLETED',
      output: null,
      error: null,
      compensationOutcome: null,
    } as const
    await store.commit({ entries: claimed.map(({ run }) => entryOf(run, { turn })) })
    expect(kindsOf(counted.statements).filter((kind) => kind === 'update executions')).toHaveLength(3 + 1)
    expect(others).toHaveLength(2)
    await expect(store.read([{ namespace, executionId }])).resolves.toMatchObject([{ inboxSeq: 3 }])
  })

  it('rejects an entry that SQLite does not take, alone and with a reason', async () => {
    const [first, second, third] = runs
    const poison = entryOf(second!, {
      operations: [stepOf(1), stepOf(2, { startedAt: 1.5 })],
      counters: { startSeq: 2, settleSeq: 2 },
    })
    const { answers } = await store.commit({ entries: [entryOf(first!), poison, entryOf(third!)] })
    expect(answers).toMatchObject([
      { kind: 'applied' },
      { kind: 'rejected', reason: expect.stringContaining('cannot store REAL value in INTEGER column') },
      { kind: 'applied' },
    ])
    await expect(store.load({ ...poison.key, limit: 9 })).resolves.toMatchObject({ operations: [] })
    await expect(store.read([poison.key])).resolves.toEqual([second])
  })

  it('rejects an entry whose row SQLite does not take, although rows are written last', async () => {
    const [first, second, third] = runs
    const poison = entryOf(first!, { turn: { kind: 'suspend', dueAt: 1.5, waitsFor: [] } })
    const { answers } = await store.commit({ entries: [poison, entryOf(second!), entryOf(third!)] })
    expect(answers).toMatchObject([{ kind: 'rejected' }, { kind: 'applied' }, { kind: 'applied' }])
    await expect(store.read([poison.key])).resolves.toEqual([first])
  })

  it('rejects an entry that throws, whatever it throws', async () => {
    const [first, second] = runs
    const poison = entryOf(first!, { operations: [stepOf(1, { extras: { big: 1n } as never })] })
    const { answers } = await store.commit({ entries: [poison, entryOf(second!)] })
    expect(answers).toMatchObject([{ kind: 'rejected' }, { kind: 'applied' }])
  })
})
