import { defineWorkflow } from '@perdure/core'
import { type AnyWorkflow, createEngine, type Engine, type WorkerOptions } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { heapAtRest, inMb } from './support/heap.js'
import { temporaryFile } from './temporary-file.js'

const mb = 1024 * 1024

// Real time, because what is tested is who has the event loop; the lease is a fifth of what the replays take together.
test('leases are kept while many long journals are replayed at once', async () => {
  const steps = 3_000
  const runs = 20
  const bodies: string[] = []
  const long = defineWorkflow({ name: 'long' }, async (ctx) => {
    for (let step = 0; step < steps; step += 1) await ctx.step('step', () => step)
    await ctx.waitForEvent('go')
    await ctx.step('after', () => void bodies.push(ctx.executionId))
  })
  const path = fileOfItsOwn()
  const ids = Array.from({ length: runs }, (_, index) => `run-${index}`)
  const first = await running(path, [long], { maxWarm: 0 })
  await first.engine.startMany(
    long,
    ids.map((id) => ({ id })),
  )
  await first.worker.runUntilIdle()
  await first.engine.close()

  const client = createEngine({ store: sqlite({ path, synchronous: 'normal' }), logger: false })
  for (const id of ids) await client.sendEvent(id, 'go')
  const lines: string[] = []
  const second = await running(path, [long], { lease: '500ms' }, lines)
  await Promise.all(ids.map(async (id) => (await second.engine.get(id)).result()))
  await client.close()
  expect(lines.filter((line) => line.includes('lease was lost'))).toEqual([])
  expect(bodies.sort()).toEqual([...ids].sort())
})

test('a replayed journal is let go of as it is delivered', async () => {
  const runs = 10
  const fat = defineWorkflow({ name: 'fat' }, async (ctx) => {
    for (let step = 0; step < 10; step += 1) await ctx.step('step', () => 'x'.repeat(0.9 * mb))
    for (;;) await ctx.waitForEvent('go')
  })
  const path = fileOfItsOwn()
  const ids = Array.from({ length: runs }, (_, index) => `run-${index}`)
  const first = await running(path, [fat], { maxWarm: 0 })
  await first.engine.startMany(
    fat,
    ids.map((id) => ({ id })),
  )
  await first.worker.runUntilIdle()
  await first.engine.close()

  const second = await running(path, [fat], {})
  const before = await heapAtRest()
  for (const id of ids) await second.engine.sendEvent(id, 'go')
  await second.worker.runUntilIdle()
  const growth = (await heapAtRest()) - before
  console.log(`heap: ${inMb(growth)} for ${runs} warm runs with 10 MB of results each`)
  expect(growth).toBeLessThan(20 * mb)
})

function fileOfItsOwn(): string {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  return path
}

async function running(
  path: string,
  workflows: readonly AnyWorkflow[],
  options: WorkerOptions,
  lines: string[] = [],
) {
  const line = (message: string): void => void lines.push(message)
  const logger = { debug: line, info: line, warn: line, error: line }
  const engine: Engine = createEngine({ store: sqlite({ path, synchronous: 'normal' }), logger, workflows })
  onTestFinished(() => engine.close())
  const worker = engine.createWorker(options)
  await worker.start()
  return { engine, worker }
}
