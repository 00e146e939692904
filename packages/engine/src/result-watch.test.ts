import type { RunKey, RunRecord, Store, StoreHint } from '@perdure/core'
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
  watch = watching(store)
  await store.create([newRun()])
})

function watching(store: Store, warn: (error: unknown) => void = () => {}): ResultWatch {
  return new ResultWatch({ store, namespace: 'main', clock, bus, warn })
}

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
    const silent = watching({ ...store, watch: () => () => {} })
    const waiting = silent.wait(run, undefined)
    await untilQuiet()
    await endElsewhere()
    clock.advance(36_000)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('is over after one poll where the store cannot push', async () => {
    const capabilities = { ...store.capabilities, push: false }
    const silent = watching({ ...store, capabilities, watch: () => () => {} })
    const waiting = silent.wait(run, undefined)
    await untilQuiet()
    await endElsewhere()
    clock.advance(6_000)
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
    clock.advance(36_000)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('tells once of looks in a row that fail, and sees with the next one what has ended meanwhile', async () => {
    const told: unknown[] = []
    const failing = watching(store, (error) => told.push(error))
    const waiting = failing.wait(run, undefined)
    await untilQuiet()
    const stop = store.around('finishedSince', () => Promise.reject(new Error('no connection')))
    const silence = store.around('read', () => Promise.reject(new Error('no connection')))
    await endElsewhere()
    clock.advance(10)
    await untilQuiet()
    clock.advance(1_000)
    await untilQuiet()
    expect(told).toEqual([new Error('no connection')])
    stop()
    silence()
    clock.advance(1_000)
    expect((await waiting).status).toBe('TERMINATED')
  })

  it('is over once its row can be read again, and keeps no other waiting until then', async () => {
    const ids = ['bad', 'good']
    await store.create(ids.map((executionId) => newRun({ executionId })))
    const [bad, good] = ids.map((executionId) => watch.wait({ ...run, executionId }, undefined))
    await untilQuiet()
    await endElsewhere('bad')
    const { database } = store.inner
    const ended = must(database.run({ ...run, executionId: 'bad' }))
    // The types do not allow it, and that is the point.
    database.putRun({ ...ended, waitsFor: 'garbage' } as unknown as RunRecord)
    await endElsewhere('good')
    clock.advance(10)
    expect((await good)?.status).toBe('TERMINATED')
    database.putRun(ended)
    clock.advance(36_000)
    expect((await bad)?.status).toBe('TERMINATED')
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

describe('many waits', () => {
  let hint: (hint: StoreHint) => void
  let over: string[]
  let read: string[]

  /** Waiters over a store that only says that something changed. */
  async function wait(count: number): Promise<readonly string[]> {
    over = []
    read = []
    const ids = Array.from({ length: count }, (_, index) => `run-${index}`)
    await store.create(ids.map((executionId) => newRun({ executionId })))
    const nameless: Store = {
      ...store,
      watch: (listener) => {
        hint = listener
        return () => {}
      },
    }
    watch = watching(nameless)
    store.around('read', (call, [keys]) => {
      read.push(...(keys as readonly RunKey[]).map(({ executionId }) => executionId))
      return call()
    })
    for (const executionId of ids) {
      const waiting = watch.wait({ ...run, executionId }, undefined)
      waiting.then(
        () => over.push(executionId),
        () => {},
      )
    }
    return ids
  }

  async function asked(): Promise<void> {
    await untilQuiet(250)
  }

  async function changed(): Promise<void> {
    hint({ kind: 'changed' })
    clock.advance(10)
    await untilQuiet()
  }

  async function endAll(ended: readonly string[]): Promise<void> {
    const other = memory({ clock, database: store.inner.database })
    const action = { kind: 'terminate', reason: null } as const
    await other.control(ended.map((executionId) => ({ namespace: 'main', executionId, action })))
  }

  it('are asked about once each, a hundred at a time', async () => {
    const count = 1_000
    await wait(count)
    await asked()
    expect(read.length).toBe(count)
    expect(new Set(read).size).toBe(count)
    expect(store.counts.read).toBe(count / 100)
  })

  it.each([20, 20_000])(
    'cost one question and no row when something changes elsewhere: %i',
    async (count) => {
      await wait(count)
      await asked()
      const before = { ...store.counts }
      for (let change = 0; change < 50; change += 1) await changed()
      expect(store.counts.read).toBe(before.read)
      expect(store.counts.finishedSince).toBe(before.finishedSince + 50)
    },
  )

  it('cost one row for each that ends, and none for what nobody awaits', async () => {
    await wait(1_000)
    await asked()
    const unawaited = Array.from({ length: 30 }, (_, index) => `unawaited-${index}`)
    await store.create(unawaited.map((executionId) => newRun({ executionId })))
    read = []
    await endAll([...unawaited, 'run-7', 'run-999'])
    await changed()
    expect(read).toEqual(['run-7', 'run-999'])
    expect(over).toEqual(read)
  })

  it('miss no end, when it comes while they are asked about for the first time', async () => {
    await wait(2_000)
    const ended: string[] = []
    let reads = 0
    // Before the position is known, before a row is read, and after.
    store.around('read', async (call, [keys]) => {
      const [first, second] = keys as readonly RunKey[]
      reads += 1
      if (reads % 2 !== 0 || first === undefined || second === undefined) return call()
      await endAll([first.executionId])
      const rows = await call()
      await endAll([second.executionId])
      ended.push(first.executionId, second.executionId)
      return rows
    })
    await endAll(['run-0'])
    store.once('finishedSince', async (call) => {
      await endAll(['run-1'])
      const answer = await call()
      await endAll(['run-2'])
      return answer
    })
    await asked()
    await changed()
    expect(ended.length).toBe(20)
    expect(new Set(over)).toEqual(new Set(['run-0', 'run-1', 'run-2', ...ended]))
  })

  it('are over page by page when more has ended than is asked for at once', async () => {
    const ids = await wait(2_600)
    await asked()
    const before = store.counts.finishedSince
    await endAll(ids.slice(0, 2_500))
    await changed()
    expect(over).toEqual(ids.slice(0, 2_500))
    expect(store.counts.finishedSince).toBe(before + 3)
  })

  it('do not lose a page whose rows could not be read', async () => {
    await wait(20)
    await asked()
    await endAll(['run-3', 'run-4'])
    store.once('read', () => Promise.reject(new Error('no connection')))
    await changed()
    expect(over).toEqual([])
    clock.advance(1_000)
    await untilQuiet()
    expect(over).toEqual(['run-3', 'run-4'])
  })
})

function must<Value>(value: Value | null): Value {
  if (value === null) throw new Error('There is none')
  return value
}
