import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, executionOf } from '../builders.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish } from '../turns.js'

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
