import { defineWorkflow } from '@perdure/core'
import { type AnyWorkflow, createEngine } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { heapAtRest, inMb } from './support/heap.js'

const mb = 1024 * 1024

test('results that user code dropped are not kept, whatever their steps are called', async () => {
  const heaps: number[] = []
  const wasteful = defineWorkflow({ name: 'wasteful' }, async (ctx) => {
    for (let step = 0; step < 250; step += 1) {
      await ctx.step(`step ${step}`, () => 'x'.repeat(mb - 1_000))
      if (step === 50 || step === 249) heaps.push(await ctx.step(`heap ${step}`, heapAtRest))
    }
  })
  const engine = createEngine({
    store: sqlite({ path: ':memory:' }),
    workflows: [wasteful] as unknown as AnyWorkflow[],
    logger: false,
  })
  onTestFinished(() => engine.close())
  await engine.createWorker().start()
  const run = await engine.start(wasteful)
  await run.result()
  const [early = 0, late = 0] = heaps
  console.log(`heap: ${inMb(early)} after 50 results of 1 MB, ${inMb(late)} after 250`)
  expect(late - early).toBeLessThan(10 * mb)
})
