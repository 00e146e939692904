import { defineWorkflow } from '@perdure/core'
import { expect, it } from 'vitest'
import { TestClock, untilQuiet } from '../test/test-clock.js'
import { watchedStore } from '../test/watched-store.js'
import { createEngine } from './engine.js'
import type { AnyWorkflow } from './registry.js'

it('a journal of any length is read page by page, and of an inbox what is waited for, one by one', async () => {
  const clock = new TestClock()
  const store = watchedStore({ clock })
  const bodies = { count: 0 }
  const long = defineWorkflow({ name: 'long' }, async (ctx) => {
    await ctx.runInChildContext('closed', async (inner) => {
      for (let index = 0; index < 500; index += 1) await inner.step('hidden', () => 1)
    })
    await Promise.all(
      Array.from({ length: 2_300 }, (_, index) =>
        ctx.step(`step-${index}`, () => {
          bodies.count += 1
          return index
        }),
      ),
    )
    await ctx.waitForEvent('go')
    let sum = 0
    for (let index = 0; index < 200; index += 1) sum += (await ctx.waitForEvent<number>('number')) ?? 0
    return sum
  })
  const engine = createEngine({ store, clock, logger: false, workflows: [long] as unknown as AnyWorkflow[] })
  const worker = engine.createWorker({ maxWarm: 0 })
  await worker.start()
  const run = await engine.start(long, { id: 'long' })
  await worker.runUntilIdle()
  expect(bodies.count).toBe(2_300)
  for (let index = 1; index <= 200; index += 1) await engine.sendEvent('long', 'number', index)
  await untilQuiet()
  const [loads, reads] = [store.counts.load, store.counts.messages]
  await engine.sendEvent('long', 'go')
  expect(await run.result()).toBe((200 * 201) / 2)
  expect(bodies.count).toBe(2_300)
  // 2,302 operations are not under a closed context, and 201 messages are waited for one after the other.
  expect(store.counts.load - loads).toBe(3)
  expect(store.counts.messages - reads).toBe(201)
})
