import { VirtualClock } from '@perdure/conformance'
import type { RunRecord, Store } from '@perdure/core'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { claimOne, claimRequest, entryOf, newRun } from './builders.js'
import { type CountedDatabase, countedDatabase, kindsOf } from './support/counted-database.js'

const clock = new VirtualClock()
const finish = {
  kind: 'finish',
  status: 'COMPLETED',
  output: null,
  error: null,
  compensationOutcome: null,
} as const

let counted: CountedDatabase
let store: Store

beforeEach(async () => {
  counted = countedDatabase()
  store = sqlite({ database: counted.database, synchronous: 'normal', clock })
  await store.open()
})

/** Rows of runs that were read by the statements so far; forgets the statements. */
function takeReads(): number {
  const reads = kindsOf(counted.statements).filter((kind) => kind === 'select executions').length
  counted.reset()
  return reads
}

async function applied(run: RunRecord): Promise<RunRecord> {
  const entry = entryOf(run)
  await expect(store.commit({ entries: [entry] })).resolves.toMatchObject({ answers: [{ kind: 'applied' }] })
  const { counters, commitSeq } = entry
  return { ...run, counters, applied: { nonce: run.fence.nonce, commitSeq } }
}

describe('the row of a run that this connection has written', () => {
  it('is not read again while nobody else writes', async () => {
    await store.create([newRun()])
    let run = await claimOne(store)
    takeReads()
    for (let step = 0; step < 5; step += 1) run = await applied(run)
    expect(takeReads()).toBe(0)
  })

  it('is read again when another connection has written', async () => {
    const other = sqlite({ path: counted.path, synchronous: 'normal', clock })
    await other.open()
    onTestFinished(() => other.close())
    await store.create([newRun()])
    const run = await applied(await claimOne(store))
    clock.advance(60_000)
    const stolen = await claimOne(other)
    expect(stolen.executionId).toBe(run.executionId)
    takeReads()
    await expect(store.commit({ entries: [entryOf(run)] })).resolves.toEqual({
      answers: [{ kind: 'fenced' }],
    })
    expect(takeReads()).toBe(1)
  })

  it('is read again when the owner of the database has written on the same connection', async () => {
    const wanted = newRun()
    await store.create([wanted])
    const run = await applied(await claimOne(store))
    counted.database.exec('DELETE FROM perdure_executions; DELETE FROM perdure_execution_values')
    await expect(store.commit({ entries: [entryOf(run)] })).resolves.toEqual({
      answers: [{ kind: 'fenced' }],
    })
    await expect(store.create([wanted])).resolves.toMatchObject([{ kind: 'created', runNo: 1 }])
  })

  it('is read again after the owner has rolled back', async () => {
    await store.create([newRun()])
    const run = await applied(await claimOne(store))
    counted.database.exec('BEGIN; DELETE FROM perdure_executions; ROLLBACK')
    await applied(run)
  })

  it('is not written over nothing: a turn whose row is gone, or is not changed, is not applied', async () => {
    await store.create([newRun()])
    const run = await applied(await claimOne(store))
    // Neither is counted as a change of a row.
    counted.database.exec(
      `CREATE TRIGGER ignore BEFORE UPDATE ON perdure_executions BEGIN SELECT RAISE(IGNORE); END`,
    )
    await expect(store.commit({ entries: [entryOf(run)] })).resolves.toMatchObject({
      answers: [
        {
          kind: 'rejected',
          reason: expect.stringContaining(`did not take the row of execution ${run.executionId}, run 1`),
        },
      ],
    })
    counted.database.exec('DROP TRIGGER ignore')
    const later = await applied(run)
    const { sql } = counted.database
      .prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'perdure_executions'")
      .get() ?? { sql: '' }
    counted.database.exec(`DROP TABLE perdure_executions; ${sql}`)
    await expect(store.commit({ entries: [entryOf(later)] })).resolves.toEqual({
      answers: [{ kind: 'fenced' }],
    })
  })

  it('is read again after a transaction of our own that failed', async () => {
    await store.create([newRun(), newRun()])
    const { claimed } = await store.claim(claimRequest())
    const [first, second] = claimed.map(({ run }) => run)
    counted.database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON perdure_operations
      BEGIN SELECT RAISE(ABORT, 'not now'); END`)
    await store.commit({ entries: [entryOf(first!), entryOf(second!)] }).catch(() => {})
    counted.database.exec('DROP TRIGGER refuse')
    takeReads()
    await applied(first!)
    await applied(second!)
    expect(takeReads()).toBe(2)
  })

  it('is not remembered at its end', async () => {
    const wanted = newRun()
    await store.create([wanted])
    const run = await claimOne(store)
    await store.commit({ entries: [entryOf(run, { turn: finish })] })
    takeReads()
    await store.create([{ ...wanted, idReusePolicy: 'reject' }])
    expect(takeReads()).toBe(1)
  })

  it('is dropped for others that were used later: a thousand are kept', async () => {
    await store.create(Array.from({ length: 1_001 }, () => newRun()))
    const first = await claimOne(store)
    await applied(first)
    await store.claim(claimRequest({ limit: 1_000 }))
    takeReads()
    await expect(store.commit({ entries: [entryOf(first)] })).resolves.toBeDefined()
    expect(takeReads()).toBe(1)
  })
})
