import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, defineWorkflow, systemClock } from '@perdure/core'
import { createEngine } from '@perdure/engine'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import type { FromWriter, WriterSetup } from './fixtures/writer-messages.js'
import { probeFile } from './probe-file.js'
import { startFixture } from './support/child-process.js'
import { temporaryFile } from './temporary-file.js'

/* In real time and with real processes: nothing else leaves a file as a crash leaves it. */
const executions = 20
const steps = 40
const stopsInTransactions = [1, 7, 60, 61, 200, 333, 420]

test('a file that was copied, or left by kill -9, in the middle of a transaction opens clean and has every acknowledged step', async () => {
  const { path, folder, remove } = temporaryFile()
  onTestFinished(remove)
  const acknowledged = join(folder, 'acknowledged.log')
  writeFileSync(acknowledged, '')
  const setup: WriterSetup = {
    path,
    acknowledged,
    executions,
    steps,
    payloadBytes: 5_000,
    stopsInTransactions,
    endsInTransaction: 500,
  }
  const writer = startFixture<FromWriter>('steady-writer', setup)
  const images: Image[] = []
  for (const stop of stopsInTransactions) {
    await writer.hear(({ transactions }) => transactions === stop)
    await writer.stopped()
    // As a machine leaves them that stops here: the file and its log, with and without the index of the log.
    images.push(copied(path, acknowledged, join(folder, `trio-${stop}`), ['', '-wal', '-shm']))
    images.push(copied(path, acknowledged, join(folder, `pair-${stop}`), ['', '-wal']))
    writer.signal('SIGCONT')
  }
  await writer.exited
  images.push({ path, acknowledged: linesOf(acknowledged) })
  const found = images.map((image) => check(image))
  console.log(`${images.length} images, with ${found.join(', ')} steps acknowledged`)
  expect(found.at(-1)).toBeGreaterThan(0)
  await finish(path)
}, 60_000)

/** A database as it was at one instant, and what had been acknowledged by then. */
interface Image {
  readonly path: string
  readonly acknowledged: readonly string[]
}

function copied(path: string, acknowledged: string, folder: string, endings: readonly string[]): Image {
  // What was acknowledged is looked at first: it can only be less than what is copied.
  const lines = linesOf(acknowledged)
  mkdirSync(folder)
  const copy = join(folder, 'copy.db')
  for (const ending of endings) if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending)
  return { path: copy, acknowledged: lines }
}

function check({ path, acknowledged }: Image): number {
  const database = new Database(path)
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(database.pragma('foreign_key_check')).toEqual([])
  database.close()
  const { runs, operations } = probeFile(path)
  const recorded = new Set(
    operations.map(({ executionId, name }) => `${executionId} ${name.slice('step '.length)}`),
  )
  expect(acknowledged.filter((line) => !recorded.has(line))).toEqual([])
  for (const { executionId, counters } of runs) {
    const own = operations.filter((operation) => operation.executionId === executionId)
    expect(own.map(({ settleSeq }) => settleSeq).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: counters.settleSeq }, (_, index) => index + 1),
    )
  }
  return acknowledged.length
}

/** Another process goes on with what is there: no acknowledged step runs again, and every run ends. */
async function finish(path: string): Promise<void> {
  const before = new Set(probeFile(path).operations.map(({ executionId, name }) => `${executionId} ${name}`))
  const again: string[] = []
  const steady = defineWorkflow({ name: 'steady' }, async (ctx) => {
    for (let step = 1; step <= steps; step += 1) {
      await ctx.step(`step ${step}`, () => void again.push(`${ctx.executionId} step ${step}`))
    }
  })
  // The leases of the process that ended have run out.
  const late: Clock = { ...systemClock, now: () => systemClock.now() + 60_000 }
  const engine = createEngine({
    store: sqlite({ path, clock: late }),
    workflows: [steady],
    clock: late,
    logger: false,
  })
  try {
    await engine.createWorker().runUntilIdle()
    expect((await engine.list({ status: 'COMPLETED' })).executions).toHaveLength(executions)
  } finally {
    await engine.close()
  }
  expect(again.filter((body) => before.has(body))).toEqual([])
  expect(again).toHaveLength(executions * steps - before.size)
  check({ path, acknowledged: [] })
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1)
}
