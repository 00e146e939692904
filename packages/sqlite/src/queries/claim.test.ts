import { existsSync, readFileSync } from 'node:fs'
import { VirtualClock } from '@perdure/conformance'
import type { ClaimAnswer, Store } from '@perdure/core'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { claimRequest, newRun } from '../../test/builders.js'
import { temporaryFile } from '../../test/temporary-file.js'
import { executionColumns } from '../execution-row.js'
import { sqlite } from '../sqlite-store.js'

const clock = new VirtualClock()

async function openStore(path: string): Promise<Store> {
  const store = sqlite({ path, clock, synchronous: 'normal' })
  await store.open()
  onTestFinished(() => store.close())
  return store
}

/** A file with 60 runs that are due, and as many others as asked that this worker cannot claim now. */
async function fileWith(others: number): Promise<string> {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  const store = await openStore(path)
  await store.create(Array.from({ length: 60 }, () => newRun()))
  if (others > 0) {
    await store.create([
      newRun({ executionId: 'foreign', workflow: 'foreign' }),
      newRun({ executionId: 'sleeping', startAt: clock.now() + 1_000 }),
    ])
    for (const executionId of ['foreign', 'sleeping']) copy(path, executionId, others)
  }
  return path
}

/** Copies a row, which is quicker than creating as many runs. */
function copy(path: string, executionId: string, times: number): void {
  const columns = executionColumns.filter((column) => column !== 'run_id')
  const copied = columns.map((column) =>
    column === 'execution_id' ? `execution_id || '-' || value` : column,
  )
  const database = new Database(path)
  database.exec(`
    WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < ${times})
    INSERT INTO perdure_executions (${columns.join(', ')})
    SELECT ${copied.join(', ')} FROM numbers, perdure_executions WHERE execution_id = '${executionId}'`)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}

/** A claim by a connection that has no page in its cache, and how often it has read from the file. */
async function coldClaim(path: string): Promise<{ readonly answer: ClaimAnswer; readonly reads: number }> {
  const store = await openStore(path)
  const before = countReads()
  const answer = await store.claim(claimRequest({ limit: 10 }))
  return { answer, reads: countReads() - before }
}

function countReads(): number {
  return Number(/^syscr: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}

describe('a claim', () => {
  // The kernel of Linux counts reads; elsewhere the plan of the statements, tested beside this, has to do.
  it.runIf(existsSync('/proc/self/io'))(
    'visits none of 100,000 runs that sleep and 100,000 due ones of another workflow',
    async () => {
      const few = await coldClaim(await fileWith(0))
      const many = await coldClaim(await fileWith(100_000))
      expect(few.answer.claimed).toHaveLength(10)
      expect(many.answer.claimed).toHaveLength(10)
      console.log(`a cold claim reads ${few.reads} pages among 60 runs and ${many.reads} among 200,000 more`)
      // The trees are higher by two levels at most: a page more for each search.
      expect(many.reads).toBeLessThan(few.reads * 4)
    },
  )

  it('steps over priorities that nobody uses, highest first', async () => {
    const { path, remove } = temporaryFile()
    onTestFinished(remove)
    const store = await openStore(path)
    const runs = [-100, 0, 100, 7, 7, -100].map((priority, index) =>
      newRun({ executionId: `run-${index}`, priority, queue: index % 2 === 0 ? 'default' : 'other' }),
    )
    await store.create(runs)
    const request = claimRequest({ queues: ['default', 'other'], limit: 5 })
    const { claimed } = await store.claim(request)
    const claimedIds = claimed.map(({ run }) => run.executionId)
    expect(claimedIds).toEqual(['run-2', 'run-3', 'run-4', 'run-1', 'run-0'])
    const again = await store.claim(request)
    expect(again.claimed.map(({ run }) => run.executionId).sort()).toEqual([...claimedIds].sort())
  })

  it('takes a workflow once that is named twice', async () => {
    const { path, remove } = temporaryFile()
    onTestFinished(remove)
    const store = await openStore(path)
    await store.create([newRun(), newRun()])
    const [pair] = claimRequest().pairs
    const pairs = [pair!, { ...pair!, build: 'other' }]
    const { claimed } = await store.claim(claimRequest({ pairs, queues: ['default', 'default'] }))
    expect(claimed).toHaveLength(2)
  })
})
