import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, executionOf } from '../builders.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish } from '../turns.js'

const refused = { code: 'STORE_FAILED', details: { retryable: false } }

export const handlesRequirements: readonly StoreRequirement[] = [
  requirement('HANDLE-01', 'what one handle has written another one reads', async (t) => {
    const another = await t.another()
    const run = await t.hold()
    await t.send(run, event('go'))
    expect(await another.read([executionOf(run)])).toEqual([await t.row(run)])
    await another.append([{ to: executionOf(run), message: event('go') }])
    expect(await t.row(run)).toMatchObject({ inboxSeq: 2 })
  }),

  requirement('HANDLE-02', 'a lease that one handle has taken another can write with', async (t) => {
    const run = await t.hold()
    const another = await t.another()
    const [renewed] = await another.renew({ leaseMs: 60_000, holdings: [{ key: run, fence: run.fence }] })
    expect(renewed).toMatchObject({ kind: 'renewed' })
    expect(await t.commit(run, { turn: finish() })).toMatchObject({ kind: 'applied' })
  }),

  requirement('HANDLE-03', 'closing one handle leaves the others at work', async (t) => {
    const another = await t.another()
    if (another === t.store) return
    const run = await t.start()
    await another.close()
    expect(await t.claim()).toMatchObject([{ executionId: run.executionId }])
  }),

  requirement('HANDLE-04', 'a store can be opened again while it is open', async (t) => {
    const run = await t.start()
    await t.store.open()
    expect(await t.newest(run)).toEqual(run)
  }),

  requirement('HANDLE-05', 'a store can be closed again', async (t) => {
    await t.store.close()
    await t.store.close()
  }),

  requirement('HANDLE-07', 'a closed store stays closed, whether it is opened again or not', async (t) => {
    const run = await t.start()
    await t.store.close()
    await t.store.open().catch((error: unknown) => expect(error).toMatchObject(refused))
    await expect(t.store.read([executionOf(run)])).rejects.toMatchObject(refused)
  }),

  requirement(
    'HANDLE-08',
    'a verb before the store is opened does its work, or is refused with a typed error',
    async (t) => {
      const run = await t.start()
      const handle = await t.unopened()
      if (handle === null) return
      const early = await handle.read([executionOf(run)]).catch((error: unknown) => error)
      if (Array.isArray(early)) expect(early).toEqual([run])
      else expect(early).toMatchObject(refused)
      await handle.open()
      expect(await handle.read([executionOf(run)])).toEqual([run])
    },
  ),

  requirement('HANDLE-09', 'watching a closed store does no harm', async (t) => {
    await t.store.close()
    const stop = t.store.watch(() => {})
    stop()
    stop()
  }),

  requirement('HANDLE-06', 'who no longer watches is told nothing more', async (t) => {
    const hints: unknown[] = []
    const stop = t.store.watch((hint) => hints.push(hint))
    stop()
    stop()
    const another = await t.another()
    const run = await t.start()
    await another.append([{ to: executionOf(run), message: event('go') }])
    expect(hints).toEqual([])
  }),
]
