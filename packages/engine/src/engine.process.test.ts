import { defineWorkflow } from '@perdure/core'
import { memory } from '@perdure/memory'
import { expect, it } from 'vitest'
import { pass, TestClock, untilQuiet } from '../test/test-clock.js'
import { createEngine } from './engine.js'
import type { AnyWorkflow } from './registry.js'

async function collectGarbage(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 20 && !isDone(); round += 1) {
    await untilQuiet(2)
    globalThis.gc?.()
  }
}

it('a process holds on to the live functions of as many runs as it may, and to no others', async () => {
  const maxWarm = 20
  const clock = new TestClock()
  const held: WeakRef<object>[] = []
  const waiting = defineWorkflow({ name: 'waiting' }, async (ctx) => {
    const large = { bytes: new Uint8Array(10_000) }
    held.push(new WeakRef(large))
    ctx.signal.addEventListener('abort', () => large.bytes.fill(1))
    await ctx.step('begin', () => 1)
    await Promise.race([ctx.waitForEvent('go', { timeout: '30d' }), ctx.sleep('nap', '7d')])
    return large.bytes.length
  })
  const engine = createEngine({
    store: memory({ clock }),
    logger: false,
    clock,
    workflows: [waiting] as unknown as AnyWorkflow[],
  })
  const worker = engine.createWorker({ maxWarm })
  await worker.start()
  await engine.startMany(
    waiting,
    Array.from({ length: 1_000 }, (_, index) => ({ id: `run-${index}` })),
  )
  await worker.runUntilIdle()
  const alive = (): number => held.filter((reference) => reference.deref() !== undefined).length
  expect(held).toHaveLength(1_000)
  expect(alive()).toBeGreaterThanOrEqual(maxWarm)
  await collectGarbage(() => alive() <= maxWarm)
  expect(alive()).toBeLessThanOrEqual(maxWarm)

  await worker.stop()
  await collectGarbage(() => alive() === 0)
  expect(alive()).toBe(0)
  await engine.close()
})

it('a run that has ended is held by nothing', async () => {
  const clock = new TestClock()
  const held: WeakRef<object>[] = []
  const brief = defineWorkflow({ name: 'brief' }, async (ctx) => {
    held.push(new WeakRef(ctx))
    await ctx.step('a', (step) => void held.push(new WeakRef(step)))
    await ctx.sleep('nap', '1s')
    void ctx.sleep('left behind', '1h')
  })
  const engine = createEngine({
    store: memory({ clock }),
    logger: false,
    clock,
    workflows: [brief] as unknown as AnyWorkflow[],
  })
  const worker = engine.createWorker()
  await worker.start()
  const runs = await engine.startMany(
    brief,
    Array.from({ length: 100 }, (_, index) => ({ id: `run-${index}` })),
  )
  await worker.runUntilIdle()
  await pass(clock, 1_000)
  await Promise.all(runs.map((run) => run.result()))
  const alive = (): number => held.filter((reference) => reference.deref() !== undefined).length
  await collectGarbage(() => alive() === 0)
  expect(held).toHaveLength(200)
  expect(alive()).toBe(0)
  await engine.close()
})

it('a process whose engine was closed has nothing left that keeps it alive', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const never = defineWorkflow({ name: 'never' }, async (ctx) => {
    await Promise.all([
      ctx.waitForEvent('go', { timeout: '30d' }),
      ctx.step('stubborn', () => new Promise(() => {}), { attemptTimeout: '1d' }),
    ])
  })
  // On the clock of this machine: what counts is what it is left with.
  const engine = createEngine({
    store: memory(),
    logger: false,
    workflows: [never] as unknown as AnyWorkflow[],
  })
  const worker = engine.createWorker()
  await worker.start()
  const run = await engine.start(never)
  await engine.open('script')
  const result = expect(run.result({ timeout: '1d' })).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  await untilQuiet()
  expect(timers()).toBeGreaterThan(before)
  await worker.stop({ grace: 1 })
  await engine.close()
  await result
  // One of the test runner's own may have ended meanwhile.
  expect(timers()).toBeLessThanOrEqual(before)
})
