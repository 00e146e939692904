import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineWorkflow } from '@perdure/core'
import { createEngine } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import type { FromWorker, ToWorker, WorkerSetup } from './fixtures/worker-messages.js'
import { startFixture } from './support/child-process.js'
import { handWrittenFloor } from './support/hand-written-floor.js'
import { median } from './support/median.js'
import { temporaryFile } from './temporary-file.js'

/* In real time, because how long a start takes to be noticed elsewhere is the thing that is measured. */
const starts = 40

test('a start in one process and an idle worker in another: the median result is there in under 150 ms', async () => {
  const { path, folder, remove } = temporaryFile()
  const engine = createEngine({ store: sqlite({ path }), logger: false })
  onTestFinished(async () => {
    await engine.close()
    remove()
  })
  const effects = join(folder, 'effects.log')
  writeFileSync(effects, '')
  const setup: WorkerSetup = { name: 'b', path, effects, lease: '30s', steps: 1 }
  const worker = startFixture<FromWorker, ToWorker>('worker', setup)
  await worker.hear(({ kind }) => kind === 'ready')
  worker.tell({ kind: 'start' })
  await worker.hear(({ kind }) => kind === 'started')

  const measured = await timed(async () => {
    const run = await engine.start('journey')
    await run.result()
  })
  console.log(`start to result across two processes: ${summary(measured)}`)
  expect(median(measured)).toBeLessThan(150)
})

test('a start and a worker in the same process: reported beside what is written by hand', async () => {
  const { path, folder, remove } = temporaryFile()
  const local = defineWorkflow({ name: 'local' }, async (ctx) => [await ctx.step('step 1', () => 'a')])
  const engine = createEngine({ store: sqlite({ path }), workflows: [local], logger: false })
  const floor = handWrittenFloor(join(folder, 'floor.db'))
  onTestFinished(async () => {
    await engine.close()
    floor.close()
    remove()
  })
  await engine.createWorker().start()
  const measured = await timed(async () => {
    const run = await engine.start(local)
    await run.result()
  })
  const byHand = await timed(async (index) => floor.runOne(`job ${index}`))
  console.log(`start to result in one process: ${summary(measured)}; by hand: ${summary(byHand)}`)
  expect(measured).toHaveLength(starts)
})

async function timed(act: (index: number) => Promise<void>): Promise<number[]> {
  const measured: number[] = []
  for (let index = 0; index < starts; index += 1) {
    const startedAt = performance.now()
    await act(index)
    measured.push(performance.now() - startedAt)
  }
  return measured
}

function summary(measured: readonly number[]): string {
  const slowest = Math.max(...measured)
  return `median ${median(measured).toFixed(2)} ms, slowest ${slowest.toFixed(2)} ms of ${measured.length}`
}
