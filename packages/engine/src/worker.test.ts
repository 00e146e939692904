import {
  type ClaimAnswer,
  type ClaimRequest,
  type CommitRequest,
  defineWorkflow,
  type LoadPage,
  StoreError,
} from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { type Gate, gate } from '../test/gate.js'
import { pass, untilQuiet } from '../test/test-clock.js'
import { type Setting, setUp, started } from '../test/worker-setting.js'
import type { Engine } from './engine.js'

const hello = defineWorkflow({ name: 'hello' }, async (ctx, name: string) =>
  ctx.step('greet', () => `Hello, ${name}`),
)

/** Sleeps an hour between two steps. */
function napping(bodies: string[] = []) {
  return defineWorkflow({ name: 'napping' }, async (ctx) => {
    await ctx.step('before', () => bodies.push('before'))
    await ctx.sleep('nap', '1h')
    return ctx.step('after', () => bodies.push('after'))
  })
}

/** One step whose body ends when its gate opens. */
function gated(body: Gate<unknown>, begun: string[] = [], signals: AbortSignal[] = []) {
  return defineWorkflow({ name: 'gated' }, async (ctx) => {
    const result = await ctx.step('gated', (step) => {
      begun.push(`${ctx.executionId} gated`)
      signals.push(step.signal)
      return body.promise
    })
    await ctx.step('next', () => begun.push(`${ctx.executionId} next`))
    return result
  })
}

async function statusOf({ engine }: Setting, executionId: string): Promise<string> {
  return (await engine.get(executionId)).status()
}

describe('a worker', () => {
  it('runs what is started', async () => {
    const { engine } = setUp([hello])
    await started(engine)
    const run = await engine.start(hello, { input: 'Ada' })
    expect(await run.result()).toBe('Hello, Ada')
  })

  it('has at most so many runs at a time, and takes the next as soon as one is done', async () => {
    const bodies = new Map<string, Gate>()
    let most = 0
    const busy = defineWorkflow({ name: 'busy' }, async (ctx) => {
      await ctx.step('work', async () => {
        const body = gate()
        bodies.set(ctx.executionId, body)
        most = Math.max(most, bodies.size)
        await body.promise
        bodies.delete(ctx.executionId)
      })
    })
    const { engine } = setUp([busy])
    await started(engine, { concurrency: 3 })
    const runs = await engine.startMany(
      busy,
      Array.from({ length: 10 }, (_, index) => ({ id: `run-${index}` })),
    )
    for (let index = 0; index < 10; index += 1) {
      await untilQuiet()
      const [first] = bodies.values()
      first?.open()
    }
    await Promise.all(runs.map((run) => run.result()))
    expect(most).toBe(3)
  })

  it('does not count runs that sleep', async () => {
    const { engine, clock } = setUp([napping()])
    await started(engine, { concurrency: 1 })
    const runs = await engine.startMany('napping', [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    await untilQuiet()
    expect(await Promise.all(runs.map((run) => run.status()))).toEqual([
      'SUSPENDED',
      'SUSPENDED',
      'SUSPENDED',
    ])
    await pass(clock, 3_600_000)
    await Promise.all(runs.map((run) => run.result()))
  })

  it('ends one run and claims the next in one request', async () => {
    const instant = defineWorkflow({ name: 'instant' }, async () => 1)
    const { engine, store } = setUp([instant])
    const requests: string[] = []
    store.around('commit', (call, [request]) => {
      const { entries, claim } = request as CommitRequest
      requests.push(`${entries.map(({ turn }) => turn.kind).join()}${claim === undefined ? '' : ' + claim'}`)
      return call()
    })
    const runs = await engine.startMany(instant, [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    await started(engine, { concurrency: 1 })
    await Promise.all(runs.map((run) => run.result()))
    expect(requests.slice(0, 2)).toEqual(['finish + claim', 'finish + claim'])
  })

  it('takes only what it has code for, and only from its queues', async () => {
    const other = defineWorkflow({ name: 'hello', version: '2' }, async () => 'other')
    const setting = setUp([hello])
    const second = setUp([other], { beside: setting })
    await started(setting.engine, { queues: ['fast'] })
    await setting.engine.start('hello', { id: 'mine', input: 'Ada', queue: 'fast' })
    await setting.engine.start('hello', { id: 'slow', input: 'Ada', queue: 'slow' })
    await second.engine.start('hello', { id: 'newer', queue: 'fast' })
    await untilQuiet()
    expect(await statusOf(setting, 'mine')).toBe('COMPLETED')
    expect(await statusOf(setting, 'slow')).toBe('BLOCKED')
    expect(await statusOf(setting, 'newer')).toBe('BLOCKED')
  })

  it('says once a minute that it is alive', async () => {
    const { engine, store, clock } = setUp([hello])
    const worker = await started(engine, { queues: ['a', 'b'] })
    expect(store.inner.database.workers()).toMatchObject([
      { workerId: worker.workerId, queues: ['a', 'b'], pairs: [{ workflow: 'hello', version: '1' }] },
    ])
    await pass(clock, 600_000, 100)
    expect(store.counts.announce).toBeGreaterThanOrEqual(9)
    expect(store.counts.announce).toBeLessThanOrEqual(11)
  })

  it.each([
    ['every 5 seconds or so where the store cannot push', false, 5_000],
    ['every 30 seconds or so where it can', true, 30_000],
  ])('asks the store %s', async (_, push, everyMs) => {
    const { engine, store, clock } = setUp([hello], { capabilities: { push } })
    await started(engine)
    await untilQuiet()
    const before = { ...store.counts }
    await pass(clock, 60 * everyMs, 600)
    expect(store.counts.claim - before.claim).toBeGreaterThanOrEqual(60 / 1.2 - 1)
    expect(store.counts.claim - before.claim).toBeLessThanOrEqual(60 / 0.8 + 1)
    const { claim: _claim, announce: _announce, ...others } = store.counts
    expect(before).toMatchObject(others)
  })

  it('hears of work that another process has for it', async () => {
    const setting = setUp([hello])
    const client = setUp([], { beside: setting })
    await started(setting.engine)
    await untilQuiet()
    const run = await client.engine.start('hello', { input: 'Ada' })
    await untilQuiet()
    expect(await run.status()).toBe('COMPLETED')
  })

  it('wakes a run at its time', async () => {
    const { engine, clock } = setUp([napping()])
    await started(engine)
    const run = await engine.start('napping')
    await untilQuiet()
    clock.advance(3_599_999)
    await untilQuiet()
    expect(await run.status()).toBe('SUSPENDED')
    clock.advance(1)
    await untilQuiet()
    expect(await run.status()).toBe('COMPLETED')
  })

  it('hands mail to a run that it holds at once, from this process or another', async () => {
    const heard: unknown[] = []
    const body = gate<unknown>()
    const racing = defineWorkflow({ name: 'racing' }, async (ctx) => {
      const stop = ctx.waitForEvent('stop').then((payload) => heard.push(payload))
      await ctx.step('long', () => body.promise)
      await stop
    })
    const setting = setUp([racing])
    const client = setUp([], { beside: setting })
    await started(setting.engine)
    await setting.engine.startMany(racing, [{ id: 'a' }, { id: 'b' }])
    await untilQuiet()
    await setting.engine.sendEvent('a', 'stop', 'from here')
    await client.engine.sendEvent('b', 'stop', 'from there')
    await untilQuiet()
    expect(heard).toEqual(['from here', 'from there'])
    body.open(1)
    await untilQuiet()
    expect(await statusOf(setting, 'a')).toBe('COMPLETED')
  })

  it('carries on what an ending left to do for children, where the store says that there is anything', async () => {
    const { engine, store } = setUp([hello])
    await started(engine)
    await untilQuiet()
    expect(store.counts.relay).toBe(0)
    store.once('claim', async (claim) => ({ ...((await claim()) as ClaimAnswer), isToRelay: true }))
    await engine.start('hello', { input: 'Ada' })
    await untilQuiet()
    expect(store.counts.relay).toBe(1)
  })
})

describe('a body that starts something', () => {
  it('is no body of what it starts: that may call what it likes', async () => {
    const inner = defineWorkflow({ name: 'inner' }, async (ctx) => ctx.step('works', () => 'worked'))
    let found: Engine | undefined
    const outer = defineWorkflow({ name: 'outer' }, async (ctx) => {
      await ctx.step('start another', async () => {
        await found?.start(inner, { id: 'inner-1' })
        await untilQuiet()
      })
    })
    const setting = setUp([inner, outer])
    found = setting.engine
    await started(setting.engine)
    await (await setting.engine.start(outer)).result()
    expect(await statusOf(setting, 'inner-1')).toBe('COMPLETED')
    // Nor of anything that this worker takes up after that.
    expect(await (await setting.engine.start(inner)).result()).toBe('worked')
  })
})

describe('the live function of a run', () => {
  it('goes on without its journal being read; a new run reads none either', async () => {
    const bodies: string[] = []
    const { engine, store, clock } = setUp([napping(bodies)])
    await started(engine)
    const run = await engine.start('napping')
    await untilQuiet()
    await pass(clock, 3_600_000)
    await run.result()
    expect(store.counts.load).toBe(0)
    expect(bodies).toEqual(['before', 'after'])
  })

  it('is made again where it was evicted, and no body runs twice', async () => {
    const bodies: string[] = []
    const { engine, store, clock } = setUp([napping(bodies)])
    await started(engine, { maxWarm: 0 })
    const run = await engine.start('napping')
    await untilQuiet()
    await pass(clock, 3_600_000)
    await run.result()
    expect(store.counts.load).toBe(1)
    expect(bodies).toEqual(['before', 'after'])
  })

  it('does not go on if another worker held the run in between', async () => {
    const here: string[] = []
    const waiting = (bodies: string[]) =>
      defineWorkflow({ name: 'waiting' }, async (ctx) => {
        bodies.push(`pass${ctx.isReplaying ? ' again' : ''}`)
        await ctx.waitForEvent('first')
        await ctx.step('a', () => bodies.push('a'))
        await ctx.waitForEvent('second')
        await ctx.step('b', () => bodies.push('b'))
      })
    const there: string[] = []
    const setting = setUp([waiting(here)])
    const other = setUp([waiting(there)], { beside: setting })
    const first = await started(setting.engine)
    const run = await setting.engine.start('waiting', { id: 'order-42' })
    await untilQuiet()
    expect(here).toEqual(['pass'])
    // The other one is faster.
    const stopClaims = setting.store.around('claim', async (_, [request]) => {
      expect((request as ClaimRequest).workerId).toBe(first.workerId)
      return { now: setting.clock.now(), claimed: [], nextAt: null, isToRelay: false, passedDeadlines: [] }
    })
    const second = await started(other.engine)
    await setting.engine.sendEvent('order-42', 'first')
    await untilQuiet()
    expect(there).toEqual(['pass again', 'a'])
    await second.stop()
    stopClaims()
    await setting.engine.sendEvent('order-42', 'second')
    await run.result()
    expect(here).toEqual(['pass', 'pass again', 'b'])
    expect(setting.store.counts.load).toBe(1)
  })

  it('goes on also where the run is due again at the moment in which it is let go of', async () => {
    const bodies: string[] = []
    const instant = defineWorkflow({ name: 'instant' }, async () => 1)
    const quick = defineWorkflow({ name: 'quick' }, async (ctx) => {
      bodies.push('pass')
      await ctx.sleep('nap', 5)
    })
    const { engine, store, clock } = setUp([instant, quick])
    store.around('commit', (call, [request]) => {
      const { entries, claim } = request as CommitRequest
      // The request takes so long that the nap is over when the store looks at it.
      if (!entries.some(({ turn }) => turn.kind === 'suspend')) return call()
      expect(entries.map(({ turn }) => turn.kind)).toEqual(['finish', 'suspend'])
      expect(claim).toBeDefined()
      clock.advance(50)
      return call()
    })
    await engine.start(instant)
    const run = await engine.start(quick)
    await started(engine, { concurrency: 2 })
    await run.result()
    expect(bodies).toEqual(['pass'])
    expect(store.counts.load).toBe(0)
  })
})

describe('stop', () => {
  it('lets bodies that run finish, starts none, and gives every run up at once', async () => {
    const body = gate<unknown>()
    const begun: string[] = []
    const setting = setUp([gated(body, begun)])
    const worker = await started(setting.engine)
    await setting.engine.start('gated', { id: 'order-42' })
    await untilQuiet()
    const stopping = worker.stop()
    await setting.engine.start('gated', { id: 'too-late' })
    await untilQuiet()
    body.open('done')
    await stopping
    expect(begun).toEqual(['order-42 gated'])
    const [row] = await setting.store.read([{ namespace: 'main', executionId: 'order-42' }])
    expect(row).toMatchObject({ status: 'PENDING', leaseUntil: null })
    expect(setting.clock.pendingTimers).toBe(0)

    const other = setUp([gated(body, begun)], { beside: setting })
    await (await started(other.engine)).runUntilIdle()
    expect([...begun].sort()).toEqual(['order-42 gated', 'order-42 next', 'too-late gated', 'too-late next'])
    expect(await statusOf(setting, 'order-42')).toBe('COMPLETED')
  })

  it('lets an at-most-once attempt run whose start is on its way: it could not be told from one that ran', async () => {
    const bodies: string[] = []
    const careful = defineWorkflow({ name: 'careful' }, async (ctx) => {
      await ctx.step('charge', () => bodies.push('charge'), { semantics: 'atMostOnce' })
      return ctx.step('next', () => bodies.push('next'))
    })
    const setting = setUp([careful])
    const worker = await started(setting.engine)
    const answered = gate()
    setting.store.once('commit', async (call) => {
      const answer = await call()
      await answered.promise
      return answer
    })
    await setting.engine.start(careful, { id: 'order-42' })
    await untilQuiet()
    const stopping = worker.stop()
    await untilQuiet()
    answered.open()
    await stopping
    expect(bodies).toEqual(['charge'])

    const other = setUp([careful], { beside: setting })
    await (await started(other.engine)).runUntilIdle()
    expect(await statusOf(setting, 'order-42')).toBe('COMPLETED')
    expect(bodies).toEqual(['charge', 'next'])
  })

  it('aborts bodies when the grace is over, and drops what they do', async () => {
    const body = gate<unknown>()
    const signals: AbortSignal[] = []
    const setting = setUp([gated(body, [], signals)])
    const worker = await started(setting.engine)
    await setting.engine.start('gated', { id: 'order-42' })
    await untilQuiet()
    const stopping = worker.stop({ grace: '3s' })
    await untilQuiet()
    setting.clock.advance(2_999)
    expect(signals[0]?.aborted).toBe(false)
    setting.clock.advance(1)
    expect(signals[0]?.aborted).toBe(true)
    await stopping
    body.open('late')
    await untilQuiet()
    expect(await setting.store.read([{ namespace: 'main', executionId: 'order-42' }])).toMatchObject([
      { status: 'PENDING', leaseUntil: null, output: null },
    ])
    expect(setting.clock.pendingTimers).toBe(0)
  })

  it('removes its row, so that nobody counts on it', async () => {
    const { engine, store } = setUp([hello])
    const worker = await started(engine)
    await worker.stop()
    expect(store.inner.database.workers()).toEqual([])
  })

  it('removes its row also if it comes while the worker starts', async () => {
    const { engine, store } = setUp([hello])
    const announced = gate()
    store.once('announce', async (call) => {
      await announced.promise
      return call()
    })
    const worker = engine.createWorker()
    const starting = worker.start()
    const stopping = worker.stop()
    await untilQuiet()
    announced.open()
    await Promise.all([starting, stopping])
    expect(store.inner.database.workers()).toEqual([])
  })

  it('gives back what a claim brings that was on its way, with what was due in it', async () => {
    for (const isWarm of [true, false]) {
      const bodies: string[] = []
      const setting = setUp([napping(bodies)])
      const { engine, store, clock } = setting
      const worker = await started(engine, { maxWarm: isWarm ? 10 : 0 })
      await engine.start('napping', { id: 'order-42' })
      await untilQuiet()
      await pass(clock, 3_599_000)
      const answered = gate()
      store.once('claim', async (call) => {
        const answer = await call()
        await answered.promise
        return answer
      })
      clock.advance(1_000)
      await untilQuiet()
      const stopping = worker.stop()
      await untilQuiet()
      answered.open()
      await stopping
      expect(bodies).toEqual(['before'])
      const [row] = await store.read([{ namespace: 'main', executionId: 'order-42' }])
      expect(row, `warm: ${isWarm}`).toMatchObject({ status: 'PENDING', leaseUntil: null })
      expect(clock.pendingTimers, `warm: ${isWarm}`).toBe(0)

      const other = setUp([napping(bodies)], { beside: setting })
      await (await started(other.engine)).runUntilIdle()
      expect(bodies).toEqual(['before', 'after'])
    }
  })

  it('gives back a run whose journal was being read, with what was due in it', async () => {
    const bodies: string[] = []
    const setting = setUp([napping(bodies)])
    const { engine, store, clock } = setting
    const worker = await started(engine, { maxWarm: 0 })
    await engine.start('napping', { id: 'order-42' })
    await untilQuiet()
    await pass(clock, 3_599_000)
    const loaded = gate()
    store.once('load', async (call) => {
      await loaded.promise
      return call()
    })
    clock.advance(1_000)
    await untilQuiet()
    const stopping = worker.stop()
    await untilQuiet()
    loaded.open()
    await stopping
    const other = setUp([napping(bodies)], { beside: setting })
    await (await started(other.engine)).runUntilIdle()
    expect(bodies).toEqual(['before', 'after'])
    expect(await statusOf(setting, 'order-42')).toBe('COMPLETED')
  })

  it('drops the live functions of runs that wait', async () => {
    const signals: AbortSignal[] = []
    const waiting = defineWorkflow({ name: 'waiting' }, async (ctx) => {
      signals.push(ctx.signal)
      await ctx.waitForEvent('never')
    })
    const { engine, clock } = setUp([waiting])
    const worker = await started(engine)
    await engine.start('waiting')
    await untilQuiet()
    await worker.stop()
    expect(signals[0]?.reason).toMatchObject({ code: 'LEASE_LOST' })
    expect(clock.pendingTimers).toBe(0)
  })

  it('is done once, and is the end: no start comes after it', async () => {
    const { engine, store } = setUp([hello])
    const worker = await started(engine)
    await Promise.all([worker.stop(), worker.stop(), worker[Symbol.asyncDispose]()])
    expect(store.counts.retire).toBe(1)
    await expect(worker.start()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await expect(worker.runUntilIdle()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  })

  it('of a worker that was never started does nothing', async () => {
    const { engine, store, clock } = setUp([hello])
    await engine.createWorker().stop()
    expect(store.counts.retire).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('refuses a grace that is none, without stopping', async () => {
    const { engine } = setUp([hello])
    const worker = await started(engine)
    await expect(worker.stop({ grace: 'soon' as never })).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field: 'options.grace' },
    })
    expect(await (await engine.start(hello, { input: 'Ada' })).result()).toBe('Hello, Ada')
  })

  it('is not held up by a store that fails: leases run out', async () => {
    const body = gate<unknown>()
    const { engine, store, clock, lines } = setUp([gated(body)])
    const worker = await started(engine)
    await engine.start('gated')
    await untilQuiet()
    store.around('commit', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    store.around('retire', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    let isStopped = false
    void worker.stop({ grace: '1s' }).then(() => {
      isStopped = true
    })
    for (let second = 0; second < 40 && !isStopped; second += 1) await pass(clock, 1_000, 2)
    expect(isStopped).toBe(true)
    expect(lines.some((line) => line.includes('could not remove its row'))).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('runUntilIdle', () => {
  it('is over when the worker is stopped while it starts', async () => {
    const { engine, store } = setUp([hello])
    const announced = gate()
    store.once('announce', async (call) => {
      await announced.promise
      return call()
    })
    const worker = engine.createWorker()
    const idle = worker.runUntilIdle()
    await untilQuiet()
    const stopping = worker.stop()
    announced.open()
    await Promise.all([stopping, idle])
  })

  it('is not over while a run is due that fell due as it was let go of', async () => {
    const body = gate()
    const quick = defineWorkflow({ name: 'quick' }, async (ctx) => {
      await ctx.step('first', () => body.promise)
      await ctx.sleep('nap', 5)
    })
    const { engine, store, clock } = setUp([quick])
    const worker = await started(engine)
    const run = await engine.start(quick)
    const idle = worker.runUntilIdle()
    await untilQuiet()
    store.around('commit', (call, [request]) => {
      const { entries } = request as CommitRequest
      if (entries.some(({ turn }) => turn.kind === 'suspend')) clock.advance(50)
      return call()
    })
    body.open()
    await idle
    expect(await run.status()).toBe('COMPLETED')
  })

  it('works until what is left sleeps or waits', async () => {
    const bodies: string[] = []
    const { engine, clock } = setUp([napping(bodies), hello])
    await engine.start('napping', { id: 'a' })
    await engine.start(hello, { id: 'b', input: 'Ada' })
    const worker = engine.createWorker()
    await worker.runUntilIdle()
    expect(bodies).toEqual(['before'])
    await pass(clock, 3_600_000)
    await worker.runUntilIdle()
    expect(bodies).toEqual(['before', 'after'])
  })

  it('is over at once where there is nothing to do, however often and by however many', async () => {
    const { engine } = setUp([hello])
    const worker = engine.createWorker()
    await Promise.all([worker.runUntilIdle(), worker.runUntilIdle()])
    await worker.runUntilIdle()
  })

  it('is over at once in a process that has no workflow', async () => {
    const { engine } = setUp([])
    await engine.createWorker().runUntilIdle()
  })

  it('goes on with what its runs start', async () => {
    const parent = defineWorkflow({ name: 'parent' }, async (ctx) => {
      await ctx.step('start', async () => {
        await setting.engine.start(hello, { id: 'child', input: 'Ada' })
      })
    })
    const setting = setUp([parent, hello])
    await setting.engine.start(parent)
    await setting.engine.createWorker({ concurrency: 1 }).runUntilIdle()
    expect(await statusOf(setting, 'child')).toBe('COMPLETED')
  })

  it('waits with a store that fails, and does not ask it without a pause', async () => {
    const { engine, store, clock } = setUp([hello])
    const stop = store.around('claim', () =>
      Promise.reject(new StoreError('no connection', { retryable: true })),
    )
    await engine.start(hello, { id: 'a', input: 'Ada' })
    const worker = engine.createWorker()
    let isIdle = false
    void worker.runUntilIdle().then(() => {
      isIdle = true
    })
    await untilQuiet(200)
    expect(store.counts.claim).toBeLessThan(5)
    expect(isIdle).toBe(false)
    stop()
    await pass(clock, 1_000, 2)
    expect(isIdle).toBe(true)
  })

  it('is over when the worker is stopped', async () => {
    const { engine, clock } = setUp([gated(gate())])
    const worker = await started(engine)
    await engine.start('gated')
    const idle = worker.runUntilIdle()
    await untilQuiet()
    const stopping = worker.stop({ grace: 0 })
    await untilQuiet()
    clock.advance(0)
    await Promise.all([stopping, idle])
  })
})

describe('a store that fails', () => {
  it('is asked again a second later, with the very same claim: it may have been granted', async () => {
    const { engine, store, clock, lines } = setUp([hello])
    const requestIds: string[] = []
    store.around('claim', (call, [request]) => {
      requestIds.push((request as ClaimRequest).requestId)
      return call()
    })
    store.once('claim', async (call, [request]) => {
      requestIds.push((request as ClaimRequest).requestId)
      await call()
      throw new StoreError('the answer was lost', { retryable: true })
    })
    const run = await engine.start(hello, { input: 'Ada' })
    await started(engine)
    await untilQuiet()
    expect(await run.status()).toBe('RUNNING')
    clock.advance(1_000)
    expect(await run.result()).toBe('Hello, Ada')
    expect(requestIds[0]).toBe(requestIds[1])
    expect(new Set(requestIds.slice(1)).size).toBe(requestIds.length - 1)
    expect(lines.filter((line) => line.includes('could not be claimed'))).toHaveLength(1)
  })

  it('lets a worker start that could not start before', async () => {
    const { engine, store } = setUp([hello])
    store.once('announce', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    const worker = engine.createWorker()
    await expect(worker.start()).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await worker.start()
    expect(await (await engine.start(hello, { input: 'Ada' })).result()).toBe('Hello, Ada')
  })

  it('is only warned of where a worker cannot say that it is alive', async () => {
    const { engine, store, clock, lines } = setUp([hello])
    await started(engine)
    store.once('announce', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await pass(clock, 66_000)
    expect(lines.filter((line) => line.includes('could not announce itself'))).toHaveLength(1)
  })

  it('costs a run whose journal cannot be read its lease, no more', async () => {
    const bodies: string[] = []
    const setting = setUp([napping(bodies)])
    const { engine, store, clock, lines } = setting
    await started(engine, { maxWarm: 0, concurrency: 1 })
    const run = await engine.start('napping')
    await untilQuiet()
    store.once('load', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await pass(clock, 3_600_000)
    expect(lines.filter((line) => line.includes('could not be read'))).toHaveLength(1)
    await pass(clock, 31_000)
    expect(await run.status()).toBe('COMPLETED')
    expect(bodies).toEqual(['before', 'after'])
  })

  it('costs a run that cannot be set aside its lease, no more', async () => {
    const { engine, store, clock, lines } = setUp([napping()])
    await started(engine, { maxWarm: 0, concurrency: 1 })
    const run = await engine.start('napping')
    await untilQuiet()
    store.around('load', async (call) => ({ ...((await call()) as LoadPage), damage: 'no row' }))
    const stopRefusing = store.around('commit', async (call, [request]) => {
      const { entries } = request as CommitRequest
      if (entries.some(({ turn }) => turn.kind === 'block'))
        throw new StoreError('the disk is full', { retryable: false })
      return call()
    })
    await pass(clock, 3_600_000)
    expect(lines.filter((line) => line.includes('could not be read or set aside'))).toHaveLength(1)
    // Its slot is free, and whoever claims it next sets it aside.
    stopRefusing()
    await pass(clock, 31_000)
    expect(await run.status()).toBe('BLOCKED')
  })
})

describe('a lease that is lost', () => {
  it('aborts what runs, frees the slot, and leaves the run to whoever has it', async () => {
    const body = gate<unknown>()
    const begun: string[] = []
    const signals: AbortSignal[] = []
    const setting = setUp([gated(body, begun, signals), hello])
    await started(setting.engine, { concurrency: 1 })
    await setting.engine.start('gated', { id: 'order-42' })
    await untilQuiet()
    setting.store.around('renew', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await pass(setting.clock, 28_000)
    expect(signals[0]?.reason).toMatchObject({ code: 'LEASE_LOST' })
    expect(setting.lines.some((line) => line.includes('A lease was lost'))).toBe(true)
    await setting.engine.start(hello, { id: 'another', input: 'Ada' })
    await untilQuiet()
    expect(await statusOf(setting, 'another')).toBe('COMPLETED')

    const other = setUp([gated(body, begun)], { beside: setting })
    await started(other.engine)
    await pass(setting.clock, 3_000)
    expect(begun).toEqual(['order-42 gated', 'order-42 gated'])
    body.open('done')
    await untilQuiet()
    expect(await statusOf(setting, 'order-42')).toBe('COMPLETED')
  })

  it('of a run that is terminated is the end of it here', async () => {
    const body = gate<unknown>()
    const signals: AbortSignal[] = []
    const setting = setUp([gated(body, [], signals)])
    await started(setting.engine)
    const run = await setting.engine.start('gated', { id: 'order-42' })
    await untilQuiet()
    expect(await run.terminate('enough')).toBe(true)
    await expect(run.result()).rejects.toMatchObject({ code: 'EXECUTION_TERMINATED' })
    await untilQuiet()
    expect(signals[0]?.reason).toMatchObject({ code: 'EXECUTION_TERMINATED' })
    expect(setting.lines).toEqual(['An execution was terminated while it ran here.'])
  })
})

it('two workers of one engine share the work, and each run is run once', async () => {
  const begun: string[] = []
  const counted = defineWorkflow({ name: 'counted' }, async (ctx) =>
    ctx.step('a', () => begun.push(ctx.executionId)),
  )
  const { engine } = setUp([counted])
  await Promise.all([started(engine, { concurrency: 4 }), started(engine, { concurrency: 4 })])
  const runs = await engine.startMany(
    counted,
    Array.from({ length: 100 }, (_, index) => ({ id: `run-${index}` })),
  )
  await Promise.all(runs.map((run) => run.result()))
  expect(new Set(begun).size).toBe(100)
  expect(begun).toHaveLength(100)
})

it('a store handle that was closed elsewhere does not crash the process', async () => {
  const setting = setUp([hello])
  const rejected: unknown[] = []
  const listener = (error: unknown): number => rejected.push(error)
  process.on('unhandledRejection', listener)
  try {
    await started(setting.engine)
    await setting.store.inner.close()
    const other = memory({ clock: setting.clock, database: setting.store.inner.database })
    await other.open()
    await pass(setting.clock, 120_000)
    expect(rejected).toEqual([])
  } finally {
    process.off('unhandledRejection', listener)
  }
})
