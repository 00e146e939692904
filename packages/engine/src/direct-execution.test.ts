import { type Codec, type DurableContextOps, defineWorkflow, type LoadPage } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { pass, TestClock, untilQuiet } from '../test/test-clock.js'
import { type WatchedStore, watchedStore } from '../test/watched-store.js'
import { createEngine, type Engine } from './engine.js'
import type { AnyWorkflow } from './registry.js'

interface Process {
  readonly clock: TestClock
  readonly store: WatchedStore
  readonly engine: Engine
}

/** A process of its own, on the rows of another one if that is given. */
function start(beside?: Process, workflows: readonly unknown[] = []): Process {
  const clock = beside?.clock ?? new TestClock()
  const database = beside?.store.inner.database
  const store = watchedStore({ clock, ...(database === undefined ? {} : { database }) })
  return {
    clock,
    store,
    engine: createEngine({ store, clock, logger: false, workflows: workflows as readonly AnyWorkflow[] }),
  }
}

const rowOf = async ({ store }: Process) =>
  (await store.read([{ namespace: 'main', executionId: 'ingest' }]))[0]

describe('an execution in the caller’s own code', () => {
  it('runs operations where it is opened, and ends when it is told to', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest', { input: { file: 'a.csv' } })
    expect(ctx.executionId).toBe('ingest')
    expect(ctx.getInput()).toEqual({ file: 'a.csv' })
    expect(await ctx.step('read', () => 500)).toBe(500)
    await ctx.completeExecution({ rows: 500 })
    expect(await (await process.engine.get('ingest')).result()).toEqual({ rows: 500 })
    expect(process.clock.pendingTimers).toBe(0)
  })

  it('is resumed by running the script again: what is recorded answers', async () => {
    const bodies: string[] = []
    const script = async (ctx: DurableContextOps, until: 'crash' | 'end'): Promise<void> => {
      await ctx.step('read', () => bodies.push('read'))
      if (until === 'crash') return
      await ctx.step('write', () => bodies.push('write'))
      await ctx.completeExecution('done')
    }
    const first = start()
    await script(await first.engine.open('ingest'), 'crash')
    await first.engine.close()
    expect(await rowOf(first).catch(() => undefined)).toBeUndefined()
    const second = start(first)
    expect(await rowOf(second)).toMatchObject({ status: 'PENDING', leaseUntil: null })
    await script(await second.engine.open('ingest'), 'end')
    expect(bodies).toEqual(['read', 'write'])
    expect((await rowOf(second))?.status).toBe('COMPLETED')
  })

  it('is resumed after a crash when its lease has run out', async () => {
    const first = start()
    const ctx = await first.engine.open('ingest')
    await ctx.step('read', () => 1)
    const second = start(first)
    first.store.around('renew', () => Promise.reject(new Error('dead')))
    await pass(first.clock, 30_001)
    const again = await second.engine.open('ingest')
    expect(await again.step('read', () => 'run again')).toBe(1)
  })

  it('is held by one process: another is told for how long', async () => {
    const first = start()
    await first.engine.open('ingest', { lease: '1m' })
    const second = start(first)
    first.clock.advance(10_000)
    await expect(second.engine.open('ingest')).rejects.toMatchObject({
      code: 'LEASE_HELD',
      details: { executionId: 'ingest', remainingMs: 50_000 },
    })
    await expect(first.engine.open('ingest')).rejects.toMatchObject({ code: 'LEASE_HELD' })
  })

  it('keeps its lease for as long as the process lives', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest', { lease: '10s' })
    await pass(process.clock, 120_000, 100)
    expect(await ctx.step('read', () => 1)).toBe(1)
  })

  it('waits in the process: it is never let go of', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    const nap = ctx.sleep('nap', '5s')
    await untilQuiet()
    expect((await rowOf(process))?.leaseUntil).not.toBeNull()
    await pass(process.clock, 5_000)
    await nap
    await ctx.completeExecution('rested')
  })

  it('hears events at once, from its own process and from others', async () => {
    const process = start()
    const other = start(process)
    const ctx = await process.engine.open('ingest')
    const first = ctx.waitForEvent('go')
    await untilQuiet()
    await process.engine.sendEvent('ingest', 'go', 1)
    await untilQuiet()
    expect(await first).toBe(1)
    const second = ctx.waitForEvent('go')
    await untilQuiet()
    await other.engine.sendEvent('ingest', 'go', 2)
    await untilQuiet()
    expect(await second).toBe(2)
  })

  it('hears an event that comes while a write is on its way', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    const waiting = ctx.waitForEvent('go')
    await untilQuiet()
    const answered = gate()
    process.store.once('commit', async (call) => {
      const answer = await call()
      await answered.promise
      return answer
    })
    const step = ctx.step('read', () => 1)
    await untilQuiet()
    await process.engine.sendEvent('ingest', 'go', 'heard')
    await untilQuiet()
    answered.open()
    await step
    expect(await waiting).toBe('heard')
  })

  it('looks for events now and then where the store cannot push', async () => {
    const clock = new TestClock()
    const store = watchedStore({ clock, capabilities: { push: false } })
    const engine = createEngine({ store: { ...store, watch: () => () => {} }, clock, logger: false })
    const other = createEngine({
      store: watchedStore({ clock, database: store.inner.database }),
      clock,
      logger: false,
    })
    const ctx = await engine.open('ingest')
    const waiting = ctx.waitForEvent('go')
    await untilQuiet()
    await other.sendEvent('ingest', 'go', 'heard')
    await pass(clock, 6_000)
    expect(await waiting).toBe('heard')
    await ctx.completeExecution(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is no run of a workflow that has the name of one', async () => {
    const direct = defineWorkflow({ name: 'direct' }, (ctx) => ctx.sleep('long', '1h'))
    const { engine } = start(undefined, [direct])
    await engine.start(direct, { id: 'taken' })
    await expect(engine.open('taken')).rejects.toMatchObject({ code: 'INPUT_MISMATCH' })
    await engine.open('script')
    await expect(engine.start(direct, { id: 'script' })).rejects.toMatchObject({ code: 'INPUT_MISMATCH' })
  })

  it('is never claimed by a worker, whatever that has code for', async () => {
    const claimed: string[] = []
    const direct = defineWorkflow({ name: 'direct' }, async () => void claimed.push('direct'))
    const process = start(undefined, [direct])
    const ctx = await process.engine.open('ingest')
    await ctx.step('read', () => 1)
    await process.engine.close()
    const other = start(process, [direct])
    const worker = other.engine.createWorker()
    await worker.runUntilIdle()
    await pass(other.clock, 60_000)
    await worker.runUntilIdle()
    expect(claimed).toEqual([])
  })

  it('can fail, with an error that is kept', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    await ctx.failExecution(new RangeError('too long'))
    await expect((await process.engine.get('ingest')).result()).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      cause: { name: 'RangeError', message: 'too long' },
    })
  })

  it('is not run again once it has ended', async () => {
    const process = start()
    await (await process.engine.open('ingest')).completeExecution(1)
    await expect(process.engine.open('ingest')).rejects.toMatchObject({ code: 'EXECUTION_ALREADY_EXISTS' })
  })

  it('ends once, however often it is told to', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    await Promise.all([ctx.completeExecution(1), ctx.completeExecution(2)])
    expect(await (await process.engine.get('ingest')).result()).toBe(1)
  })

  it('says so if its end was another than was asked for', async () => {
    const process = start()
    const unkeepable = await process.engine.open('ingest')
    await expect(unkeepable.completeExecution(() => 1)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      cause: { code: 'SERIALIZATION' },
    })
  })

  it('is cancelled like any other: the open wait rejects, and the end is CANCELLED', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    await ctx.step('read', () => 1)
    const nap = ctx.sleep('nap', '1h')
    await untilQuiet()
    await process.engine.cancel('ingest', 'enough')
    await expect(nap).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(ctx.completeExecution('as if nothing had happened')).rejects.toMatchObject({
      code: 'EXECUTION_CANCELLED',
    })
    expect((await rowOf(process))?.status).toBe('CANCELLED')
  })

  it('starts nothing while it is paused', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    await ctx.step('read', () => 1)
    await process.engine.pause('ingest')
    await untilQuiet()
    const bodies: string[] = []
    const step = ctx.step('write', () => bodies.push('write'))
    await untilQuiet()
    expect(bodies).toEqual([])
    await process.engine.resume('ingest')
    await step
    expect(bodies).toEqual(['write'])
  })
})

describe('an execution that was taken away', () => {
  it('aborts its signal, and cannot be ended any more', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    const { signal } = ctx
    await process.engine.terminate('ingest', 'enough')
    await untilQuiet()
    expect(signal.reason).toMatchObject({ code: 'EXECUTION_TERMINATED' })
    await expect(ctx.completeExecution(1)).rejects.toMatchObject({ code: 'EXECUTION_TERMINATED' })
    expect(process.clock.pendingTimers).toBe(0)
  })

  it('rejects what blocks it: what is recorded is of another kind', async () => {
    const first = start()
    await (await first.engine.open('ingest')).step('pay', () => 1)
    await first.engine.close()
    const second = start(first)
    const ctx = await second.engine.open('ingest')
    await expect(ctx.sleep('pay', 5)).rejects.toMatchObject({ details: { reason: 'BLOCKED' } })
    expect((await rowOf(second))?.status).toBe('BLOCKED')
  })

  it.each(['sync', 'async'])(
    'rejects what blocks it: a recorded value that cannot be read (%s)',
    async (mode) => {
      const refuse = (): never => {
        throw new Error('no key')
      }
      const codec: Codec = {
        name: 'sealed',
        encode: () => ({ format: 'sealed', data: 'x' }),
        decode: mode === 'sync' ? refuse : async () => refuse(),
      }
      const process = start()
      const ctx = await process.engine.open('ingest')
      await expect(ctx.step('read', () => 1, { codec })).rejects.toMatchObject({
        details: { reason: 'BLOCKED' },
      })
      expect((await rowOf(process))?.status).toBe('BLOCKED')
    },
  )

  it('says that the engine was closed, if it was', async () => {
    const process = start()
    const ctx = await process.engine.open('ingest')
    await process.engine.close()
    await expect(ctx.completeExecution(1)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    expect(process.clock.pendingTimers).toBe(0)
  })

  it('is given back if the engine is closed while it is being opened', async () => {
    const process = start()
    const acquired = gate()
    process.store.once('acquire', async (call) => {
      const answer = await call()
      await acquired.promise
      return answer
    })
    const opening = process.engine.open('ingest')
    await untilQuiet()
    const closing = process.engine.close()
    await untilQuiet()
    acquired.open()
    await expect(opening).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await closing
    expect(process.clock.pendingTimers).toBe(0)
  })
})

describe('an execution that cannot go on', () => {
  /** One that has recorded a step, and is held by nobody. */
  async function begun(): Promise<Process> {
    const first = start()
    const ctx = await first.engine.open('ingest')
    await ctx.step('read', () => 500)
    await first.engine.close()
    return start(first)
  }

  it('says that it was terminated while its journal was being read', async () => {
    const process = await begun()
    const loaded = gate()
    process.store.once('load', async (call) => {
      await loaded.promise
      return call()
    })
    const opening = process.engine.open('ingest')
    await untilQuiet()
    await start(process).engine.terminate('ingest')
    await pass(process.clock, 15_000)
    loaded.open()
    await expect(opening).rejects.toMatchObject({ code: 'EXECUTION_TERMINATED' })
    expect(process.clock.pendingTimers).toBe(0)
  })

  it('says that its lease was lost while its journal was being read', async () => {
    const process = await begun()
    const loaded = gate()
    process.store.around('renew', () => Promise.reject(new Error('no connection')))
    process.store.once('load', async (call) => {
      await loaded.promise
      return call()
    })
    const opening = process.engine.open('ingest')
    await untilQuiet()
    await pass(process.clock, 31_000)
    loaded.open()
    await expect(opening).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(process.clock.pendingTimers).toBe(0)
  })

  it('is set aside if its journal cannot be read, and says so', async () => {
    const process = await begun()
    process.store.once('load', async (call) => ({ ...((await call()) as LoadPage), damage: 'error of read' }))
    await expect(process.engine.open('ingest')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('error of read'),
      details: { executionId: 'ingest', retryable: false },
    })
    expect(await rowOf(process)).toMatchObject({ blocked: { reason: 'CORRUPTED' }, leaseUntil: null })
    expect(process.clock.pendingTimers).toBe(0)
  })
})

describe('what is refused', () => {
  it.each<[string, string, object]>([
    ['executionId', '', {}],
    ['executionId', 'a b ', {}],
    ['options.lease', 'ingest', { lease: 50 }],
    ['options.lease', 'ingest', { lease: 'long' }],
    ['options.leese', 'ingest', { leese: 1 }],
  ])('a bad %s, before anything is written', async (field, executionId, options) => {
    const { engine, store } = start()
    await expect(engine.open(executionId, options)).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field },
    })
    expect(store.counts.create).toBe(0)
  })

  it('another input than it was begun with', async () => {
    const process = start()
    await process.engine.open('ingest', { input: 1 })
    await expect(start(process).engine.open('ingest', { input: 2 })).rejects.toMatchObject({
      code: 'INPUT_MISMATCH',
      details: { executionId: 'ingest' },
    })
  })

  it('an execution of a workflow', async () => {
    const wf = defineWorkflow({ name: 'wf' }, async () => 1)
    const process = start(undefined, [wf])
    await process.engine.start(wf, { id: 'ingest' })
    await expect(process.engine.open('ingest')).rejects.toMatchObject({ code: 'INPUT_MISMATCH' })
  })

  it('an input that cannot be kept', async () => {
    const { engine } = start()
    await expect(engine.open('ingest', { input: () => 1 })).rejects.toMatchObject({ code: 'SERIALIZATION' })
  })
})
