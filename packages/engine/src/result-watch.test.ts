import { memory } from '@perdure/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { newRun } from '../test/run-record.js'
import { TestClock, untilQuiet } from '../test/test-clock.js'
import { type WatchedStore, watchedStore } from '../test/watched-store.js'
import { LocalBus } from './local-bus.js'
import { ResultWatch } from './result-watch.js'

const run = { namespace: 'main', executionId: 'order-42', runNo: 1, workflow: 'checkout', version: '1' }

let clock: TestClock
let store: WatchedStore
let bus: LocalBus
let watch: ResultWatch

beforeEach(async () => {
  clock = new TestClock()
  store = watchedStore({ clock })
  bus = new LocalBus()
  watch = new ResultWatch(store, clock, bus)
  await store.create([newRun()])
})

/** Another process ends the run. */
async function endElsewhere(executionId = 'order-42'): Promise<void> {
  const other = memory({ clock, database: store.inner.database })
  await other.control([{ namespace: 'main', executionId, action: { kind: 'terminate', reason: null } }])
  await untilQuiet(2)
}

describe('a wait for a result', () => {
  it('is over at once where the run has ended', async () => {
    await endElsewhere()
    expect((await watch.wait(run, undefined)).status).toBe('TERMINATED')
    expect(clock.pendingTimers).toBe(0)
  })

  it('is over when this process ends the run, without asking the store again', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    const reads = store.counts.read
    bus.finished({ run, status: 'COMPLETED', output: { format: 'json', data: '1' }, error: null })
    expect(await waiting).toMatchObject({ status: 'COMPLETED', output: { data: '1' } })
    expect(store.counts.read).toBe(reads)
  })

  it('asks the store nothing about a run that was created a moment ago, and hears of its end', async () => {
    watch.created(run)
    const here = watch.wait(run, undefined)
    await untilQuiet()
    bus.finished({ run, status: 'COMPLETED', output: null, error: null })
    expect((await here).status).toBe('COMPLETED')
    expect(store.counts.read).toBe(0)

    watch.created(run)
    const elsewhere = watch.wait(run, undefined)
    await endElsewhere()
    clock.advance(10)
    expect((await elsewhere).status).toBe('TERMINATED')
  })

  it('asks at once about a run that was created earlier', async () => {
    watch.created(run)
    await untilQuiet()
    await endElsewhere()
    expect((await watch.wait(run, undefined)).status).toBe('TERMINATED')
  })

  it('asks within a second about a run that was created a moment ago, if it has heard nothing', async () => {
    watch.created(run)
    await endElsewhere()
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    clock.advance(1_000)
    expect((await waiting).status).toBe('TERMINATED')
    expect(clock.pendingTimers).toBe(0)
  })

  it('is over when another process ends the run and the store says so', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    await endElsewhere()
    clock.advance(10)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('is over in the end also where the store says nothing', async () => {
    const silent = new ResultWatch({ ...store, watch: () => () => {} }, clock, bus)
    const waiting = silent.wait(run, undefined)
    await untilQuiet()
    await endElsewhere()
    clock.advance(30_000)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('is of one run: the end of another is none of it', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    let isOver = false
    void waiting.then(() => {
      isOver = true
    })
    bus.finished({ run: { ...run, runNo: 2 }, status: 'COMPLETED', output: null, error: null })
    bus.finished({ run: { ...run, namespace: 'other' }, status: 'COMPLETED', output: null, error: null })
    await untilQuiet()
    expect(isOver).toBe(false)
    bus.finished({ run, status: 'COMPLETED', output: null, error: null })
    await waiting
  })

  it('shares its question with all others', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `run-${index}`)
    await store.create(ids.map((executionId) => newRun({ executionId })))
    const waiting = ids.map((executionId) => watch.wait({ ...run, executionId }, undefined))
    await untilQuiet()
    const reads = store.counts.read
    for (const executionId of ids) await endElsewhere(executionId)
    clock.advance(10)
    await Promise.all(waiting)
    expect(store.counts.read).toBe(reads + 1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is not forgotten when the hint comes while the store is being asked', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    await store.create([newRun({ executionId: 'another' })])
    const other = watch.wait({ ...run, executionId: 'another' }, undefined)
    await untilQuiet()
    await endElsewhere('another')
    const answered = gate()
    store.once('read', async (call) => {
      const answer = await call()
      await answered.promise
      return answer
    })
    clock.advance(10)
    await untilQuiet()
    // The answer that is on its way knows nothing of this.
    await endElsewhere()
    clock.advance(10)
    await untilQuiet()
    answered.open()
    await other
    await untilQuiet()
    clock.advance(50)
    await untilQuiet()
    let isOver = false
    void waiting.then(() => {
      isOver = true
    })
    await untilQuiet()
    expect(isOver).toBe(true)
  })

  it('goes on if the store could not be asked again', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    store.once('read', () => Promise.reject(new Error('no connection')))
    await endElsewhere()
    clock.advance(10)
    await untilQuiet()
    clock.advance(30_000)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('fails if the store could not be asked at first', async () => {
    store.once('read', () => Promise.reject(new Error('no connection')))
    await expect(watch.wait(run, undefined)).rejects.toThrow('no connection')
    expect(clock.pendingTimers).toBe(0)
  })

  it('can be called off by its signal, which leaves nothing behind', async () => {
    const controller = new AbortController()
    const waiting = watch.wait(run, controller.signal)
    await untilQuiet()
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(watch.wait(run, controller.signal)).rejects.toThrow('enough')
    expect(clock.pendingTimers).toBe(0)
  })

  it('fails when the engine is closed, however many there are', async () => {
    const waiting = Promise.allSettled([watch.wait(run, undefined), watch.wait(run, undefined)])
    await untilQuiet()
    watch.close(new Error('closed'))
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(clock.pendingTimers).toBe(0)
  })
})
