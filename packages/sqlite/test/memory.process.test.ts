import { type DurableContextOps, defineWorkflow } from '@perdure/core'
import { type AnyWorkflow, createEngine, type Engine, type Worker, type WorkerOptions } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { heapAtRest, heapNow, inMb } from './support/heap.js'
import { median } from './support/median.js'

const mb = 1024 * 1024
const batch = 1_000

test('100,000 suspended and evicted executions leave the heap flat', async () => {
  const parked = defineWorkflow({ name: 'parked' }, (ctx) => ctx.waitForEvent('never'))
  const { engine, worker } = await running([parked], { concurrency: 200, maxWarm: 100 })
  let count = 0
  const suspendUpTo = async (target: number): Promise<number> => {
    for (; count < target; count += batch) await suspendMany(engine, worker, parked)
    return heapAtRest()
  }
  const half = await suspendUpTo(50_000)
  const full = await suspendUpTo(100_000)
  console.log(`heap: ${inMb(half)} with 50,000 suspended, ${inMb(full)} with 100,000`)
  // One forgotten reference in each of 50,000 would be 0.4 MB, one forgotten object 2 MB.
  expect(full - half).toBeLessThan(1 * mb)
})

test('1,000 live functions are kept while they are warm, and gone when they are evicted', async () => {
  const frames: WeakRef<object>[] = []
  const warm = defineWorkflow({ name: 'warm' }, async (ctx) => {
    const local = { of: ctx.executionId }
    frames.push(new WeakRef(local))
    await ctx.step('step', (step) => step.signal.aborted)
    ctx.signal.addEventListener('abort', () => void local)
    await ctx.runInChildContext('child', (child) => child.step('inner', () => 1))
    await Promise.race([ctx.waitForEvent('never'), ctx.sleep('long', '30d')])
    return local.of
  })
  const other = defineWorkflow({ name: 'other' }, (ctx) => ctx.waitForEvent('never'))
  const { engine, worker } = await running([warm, other], { concurrency: 200, maxWarm: batch })
  const alive = (): number => frames.filter((frame) => frame.deref() !== undefined).length
  await suspendMany(engine, worker, warm)
  await heapAtRest()
  expect(alive()).toBe(batch)
  await suspendMany(engine, worker, other)
  await heapAtRest()
  expect(alive()).toBe(0)
})

test('replaying 10,000 steps takes at most 2.4 times what 5,000 take, and less than 50 MB', async () => {
  let probe = (): void => {}
  const long = defineWorkflow({ name: 'long' }, async (ctx, steps: number) => {
    for (let step = 0; step < steps; step += 1)
      await ctx.step(`step ${step}`, () => ({ step, text: 'x'.repeat(50) }))
    probe()
    await forever(ctx)
  })
  const { engine, worker } = await running([long], { maxWarm: 0 })
  for (const steps of [5_000, 10_000]) await engine.start(long, { id: `of-${steps}`, input: steps })
  await worker.runUntilIdle()

  // Time of the processor and not of the clock: what else the machine does meanwhile does not count. Interleaved, so
  // that what does count (the caches, the state of the compiler) is the same for both; and the median, because of the
  // garbage of one that is collected in another.
  const replay = async (steps: number): Promise<number> => {
    const before = process.cpuUsage()
    await engine.sendEvent(`of-${steps}`, 'again')
    await worker.runUntilIdle()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  const half: number[] = []
  const full: number[] = []
  for (let round = 0; round < 13; round += 1) {
    const [ofHalf, ofFull] = [await replay(5_000), await replay(10_000)]
    // The compiler is still at work in the first ones.
    if (round < 2) continue
    half.push(ofHalf)
    full.push(ofFull)
  }
  const ratio = median(full) / median(half)
  const atRest = await heapAtRest()
  let replayed = Number.NaN
  probe = () => {
    replayed = heapNow()
  }
  await replay(10_000)
  const growth = replayed - atRest
  const forGood = (await heapAtRest()) - atRest
  console.log(
    `replay: ${median(half).toFixed(0)} ms of 5,000 steps, ${median(full).toFixed(0)} ms of 10,000 (${ratio.toFixed(2)} ` +
      `times); the heap grows by ${inMb(growth)} meanwhile and by ${inMb(forGood)} for good`,
  )
  expect(ratio).toBeLessThanOrEqual(2.4)
  expect(growth).toBeLessThan(50 * mb)
  expect(forGood).toBeLessThan(1 * mb)
})

async function running(
  workflows: readonly AnyWorkflow[],
  options: WorkerOptions,
): Promise<{ readonly engine: Engine; readonly worker: Worker }> {
  // Not in a file: what is measured is what this side of SQLite keeps, and the disk would only take time.
  const engine = createEngine({ store: sqlite({ path: ':memory:' }), logger: false, workflows })
  onTestFinished(() => engine.close())
  const worker = engine.createWorker(options)
  await worker.start()
  return { engine, worker }
}

async function suspendMany(engine: Engine, worker: Worker, { name }: AnyWorkflow): Promise<void> {
  await engine.startMany(
    name,
    Array.from({ length: batch }, () => ({})),
  )
  await worker.runUntilIdle()
}

async function forever(ctx: DurableContextOps): Promise<never> {
  for (;;) await ctx.waitForEvent('again')
}
