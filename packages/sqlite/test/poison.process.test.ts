import { createEngine, type Engine } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import type { MortalSetup } from './fixtures/mortal-worker.fixture.js'
import { startFixture } from './support/child-process.js'
import { temporaryFile } from './temporary-file.js'

/*
 * In real time: a process that ends itself by a signal exists in no other. The lease is short, since each death of a
 * process costs one, and some ten times what a process needs to begin.
 */
const leaseMs = 1_500

test('two supervised workers finish twenty runs beside one that kills them, and set that one aside', async () => {
  const { engine, supervise, path } = setUp()
  await engine.start('poison', { id: 'poison', version: '1' })
  const runs = await engine.startMany(
    'healthy',
    Array.from({ length: 20 }, (_, index) => ({ id: `run-${index}`, version: '1' })),
  )
  const deaths = supervise(2, { path, leaseMs, maxRecoveries: 2 })
  expect(await Promise.all(runs.map((run) => run.result()))).toEqual(runs.map(() => 'done'))
  await until(async () => (await engine.list({ status: 'BLOCKED' })).executions.length === 1)
  const [blocked] = (await engine.list({ status: 'BLOCKED' })).executions
  expect(blocked).toMatchObject({ executionId: 'poison', blocked: { reason: 'POISONED' } })
  // One that held it first, one by which it became a suspect, and two strikes.
  expect(deaths()).toBeGreaterThanOrEqual(3)
  expect(deaths()).toBeLessThanOrEqual(4)
}, 60_000)

test('bodies that block the process for a third of the lease are never taken for poison', async () => {
  const { engine, supervise, path } = setUp()
  const runs = await engine.startMany(
    'stubborn',
    Array.from({ length: 2 }, (_, index) => ({ id: `run-${index}`, version: '1' })),
  )
  const deaths = supervise(1, { path, leaseMs, maxRecoveries: 1 })
  await Promise.all(runs.map((run) => run.result()))
  expect(deaths()).toBe(0)
}, 60_000)

function setUp(): {
  readonly path: string
  readonly engine: Engine
  /** Keeps a number of workers running; returns how many have died. */
  readonly supervise: (count: number, setup: MortalSetup) => () => number
} {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  const engine = createEngine({ store: sqlite({ path, synchronous: 'normal' }), logger: false })
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  onTestFinished(() => engine.close())
  return {
    path,
    engine,
    supervise: (count, setup) => {
      let deathCount = 0
      const keep = async (): Promise<void> => {
        for (;;) {
          const { exited } = startFixture<never>('mortal-worker', setup)
          // What is registered last is called first: no process that is ended with the test is started again.
          onTestFinished(over)
          await exited
          if (isOver) return
          deathCount += 1
        }
      }
      for (let index = 0; index < count; index += 1) void keep()
      return () => deathCount
    },
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 100))
}
