import { memory } from '@perdure/memory'
import { expect, it } from 'vitest'
import { newRun } from './builders.js'
import { CallLog } from './call-log.js'

it('tells the last calls with what they were asked and answered', async () => {
  const calls = new CallLog()
  const store = calls.watch(memory(), 'store')
  for (let count = 0; count < 9; count += 1)
    await store.read([{ namespace: 'main', executionId: `run-${count}` }])
  await store.create([
    newRun({ executionId: 'order-42', input: { format: 'json', data: 'x'.repeat(10_000) } }),
  ])
  const { message } = calls.tell(new Error('expected 1 to be 2')) as Error
  expect(message).toMatch(/^expected 1 to be 2\n\nThe last calls of the store, of 10:\n/)
  expect(message).not.toContain('run-3')
  expect(message).toContain("9. store.read([ { namespace: 'main', executionId: 'run-8' } ])\n     → [ null ]")
  expect(message).toContain('10. store.create(')
  expect(message.length).toBeLessThan(4_000)
})

it('tells what was thrown, and what has not answered', async () => {
  const calls = new CallLog()
  const closed = memory()
  await closed.close()
  await expect(calls.watch(closed, 'store').relay({ limit: 1 })).rejects.toThrow()
  void calls.watch({ ...memory(), read: () => new Promise(() => {}) }, 'another').read([])
  const { message } = calls.tell(new Error('no')) as Error
  expect(message).toContain('threw StoreError: The memory store was closed')
  expect(message).toContain('2. another.read([])\n     … has not answered')
})

it('leaves alone what is not an error, and an error before any call', () => {
  const calls = new CallLog()
  expect(calls.tell('text')).toBe('text')
  expect((calls.tell(new Error('as it was')) as Error).message).toBe('as it was')
})
