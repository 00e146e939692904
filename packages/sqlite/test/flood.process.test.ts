import { createEngine } from '@perdure/engine'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import type { FloodedSetup } from './fixtures/flooded-worker.fixture.js'
import { startFixture } from './support/child-process.js'
import { temporaryFile } from './temporary-file.js'

const version = '1'
/** Of the worker. */
const heapMb = 64
/** Of 1 MB each: more than the heap can hold. */
const events = 80

test('a run with more events that nobody waits for than fit into the heap ends, and so do all others', async () => {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  const engine = createEngine({ store: sqlite({ path, synchronous: 'normal' }), logger: false })
  onTestFinished(() => engine.close())
  const flooded = await engine.start('flooded', { version })
  const payload = 'x'.repeat(1024 * 1024 - 1_000)
  for (let sent = 0; sent < events; sent += 1) await flooded.sendEvent('nobody', payload)
  const others = await engine.startMany(
    'healthy',
    Array.from({ length: 20 }, () => ({ version })),
  )

  const setup: FloodedSetup = { path }
  const { exited } = startFixture('flooded-worker', setup, [`--max-old-space-size=${heapMb}`])
  const died = exited.then(() => Promise.reject(new Error('the worker has died')))
  // It is ended with the test as well.
  died.catch(() => {})
  const worked = async (): Promise<void> => {
    for (const other of others) expect(await other.result()).toBe('done')
    await flooded.sendEvent('go', 'went')
    expect(await flooded.result()).toBe('went')
  }
  await Promise.race([worked(), died])
}, 60_000)
