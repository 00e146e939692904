import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { giveWay, givingWay } from './give-way.js'

function keepBusy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** The event loop has come round, and nobody counts from before. */
async function fresh(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

it('goes on at once while little was done, or little time has passed', async () => {
  await fresh()
  let count = 0
  for (let call = 0; call < 5; call += 1) {
    keepBusy(3)
    givingWay(() => {
      count += 1
    })
  }
  expect(count).toBe(5)
  await fresh()
  for (let call = 0; call < 1_000; call += 1)
    givingWay(() => {
      count += 1
    })
  expect(count).toBeGreaterThan(5 + 8)
  await fresh()
  expect(count).toBe(1_005)
})

it('lets timers fire where many go on in turns for long', async () => {
  await fresh()
  let hops = 0
  const chain = async (): Promise<void> => {
    for (let hop = 0; hop < 50; hop += 1) {
      keepBusy(0.2)
      hops += 1
      await giveWay()
    }
  }
  const chains = Promise.all(Array.from({ length: 10 }, chain))
  const hopsAtTimer = await new Promise((resolve) => setTimeout(() => resolve(hops), 1))
  await chains
  expect(hops).toBe(500)
  // A fifth of a millisecond each: eight of them are a budget of 40, and one more for each of the ten.
  expect(hopsAtTimer).toBeLessThan(200)
})

it('goes on in the async context of its caller', async () => {
  await fresh()
  const user = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const note = (name: string): Promise<void> =>
    user.run(name, () => new Promise((resolve) => givingWay(() => resolve(void seen.push(user.getStore())))))
  for (let call = 0; call < 8; call += 1) void giveWay()
  keepBusy(10)
  await Promise.all(['one', 'two'].map(note))
  expect(seen).toEqual(['one', 'two'])
})
