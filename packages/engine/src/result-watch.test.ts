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
  watch = new ResultWatch(store, clock, bus, () => {})
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

  it('asks soon about a run that was created a moment ago, once and about no other, if it has heard nothing', async () => {
    const asked: number[] = []
    store.around('read', (call, [keys]) => {
      asked.push((keys as readonly unknown[]).length)
      return call()
    })
    const waiting: Promise<unknown>[] = []
    for (const executionId of ['old', 'ended', 'new']) {
      await store.create([newRun({ executionId })])
      if (executionId === 'ended') await endElsewhere(executionId)
      if (executionId !== 'old') watch.created({ ...run, executionId })
      waiting.push(watch.wait({ ...run, executionId }, undefined).catch((error: Error) => error.message))
    }
    await untilQuiet()
    expect(asked).toEqual([1])
    clock.advance(100)
    await untilQuiet()
    expect(asked).toEqual([1, 2])
    await expect(waiting[1]).resolves.toMatchObject({ status: 'TERMINATED' })
    clock.advance(1_000)
    await untilQuiet()
    expect(asked).toEqual([1, 2])
    watch.close(new Error('closed'))
    expect(await Promise.all([waiting[0], waiting[2]])).toEqual(['closed', 'closed'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('fails if the store cannot be asked when it is asked for the first time', async () => {
    watch.created(run)
    const waiting = expect(watch.wait(run, undefined)).rejects.toThrow('no connection')
    store.once('read', () => Promise.reject(new Error('no connection')))
    clock.advance(100)
    await waiting
    expect(clock.pendingTimers).toBe(0)
  })

  it('asks at once about a run that was created and has ended in the same turn', async () => {
    watch.created(run)
    bus.finished({ run, status: 'CANCELLED', output: null, error: null })
    await store.control([
      { namespace: 'main', executionId: 'order-42', action: { kind: 'terminate', reason: null } },
    ])
    expect((await watch.wait(run, undefined)).status).toBe('TERMINATED')
  })

  it('is over when another process ends the run and the store says so', async () => {
    const waiting = watch.wait(run, undefined)
    await untilQuiet()
    await endElsewhere()
    clock.advance(10)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('is over in the end also where the store says nothing', async () => {
    const silent = new ResultWatch({ ...store, watch: () => () => {} }, clock, bus, () => {})
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
