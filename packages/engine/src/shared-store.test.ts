import { expect, it } from 'vitest'
import { watchedStore } from '../test/watched-store.js'
import { SharedStore } from './shared-store.js'

it('engines over one store share a bus; those over another handle have one of their own', () => {
  const store = watchedStore()
  const { bus } = SharedStore.join(store)
  expect(SharedStore.join(store).bus).toBe(bus)
  expect(SharedStore.join(watchedStore({ database: store.inner.database })).bus).not.toBe(bus)
})

it('the last engine to leave closes the store', async () => {
  const store = watchedStore()
  const [first, second] = [SharedStore.join(store), SharedStore.join(store)]
  await first.leave()
  expect(store.counts.close).toBe(0)
  await second.leave()
  expect(store.counts.close).toBe(1)
})
