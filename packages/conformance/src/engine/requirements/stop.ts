import { expect } from 'vitest'
import { Counts, gate } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, leaseMs, workflow } from '../engine-trial.js'

export const stopRequirements: readonly EngineRequirement[] = [
  requirement('STOP-01', 'a worker that stops claims nothing more', async (t) => {
    const quick = workflow(async () => 'done')
    const { engine } = await t.process({ workflows: [quick], worker: false })
    const worker = engine.createWorker()
    await worker.start()
    await worker.stop()
    const run = await engine.start(quick, { id: 'one' })
    await t.advance('1m')
    expect(await run.status()).toBe('PENDING')
    await expect(worker.start()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  }),

  requirement(
    'STOP-02',
    'bodies that run when a worker stops finish, and what they did is recorded',
    async (t) => {
      const body = gate<string>()
      const runs = new Counts()
      const steps = workflow(async (ctx) => {
        const a = await ctx.step('a', () => {
          runs.add('a')
          return body.promise
        })
        return [a, await ctx.step('b', () => runs.add('b'))]
      })
      const { engine } = await t.process({ workflows: [steps], worker: false })
      const worker = engine.createWorker({ lease: leaseMs })
      await worker.start()
      const run = await engine.start(steps, { id: 'one' })
      await t.settle()
      const stopping = worker.stop()
      await t.advance('5s')
      body.open('finished')
      await t.settle()
      await stopping
      expect([runs.of('a'), runs.of('b')]).toEqual([1, 0])
      await engine.createWorker().start()
      await t.settle()
      expect(await run.result()).toEqual(['finished', 1])
      expect(runs.of('a')).toBe(1)
    },
  ),

  requirement(
    'STOP-03',
    'bodies that outlast the grace are told to stop, and what they do is dropped',
    async (t) => {
      const reasons: unknown[] = []
      const runs = new Counts()
      const stuck = workflow((ctx) =>
        ctx.step('a', ({ signal }) => {
          signal.addEventListener('abort', () => reasons.push(signal.reason))
          return runs.add('a') === 1 ? gate<string>().promise : 'second run'
        }),
      )
      const { engine } = await t.process({ workflows: [stuck], worker: false })
      const worker = engine.createWorker({ lease: leaseMs })
      await worker.start()
      const run = await engine.start(stuck, { id: 'one' })
      await t.settle()
      const stopping = worker.stop({ grace: '20s' })
      await t.advance('19s')
      expect(reasons).toEqual([])
      await t.advance('1s')
      await stopping
      expect(reasons).toMatchObject([{ code: 'LEASE_LOST' }])
      await engine.createWorker().start()
      await t.settle()
      expect(await run.result()).toBe('second run')
    },
  ),

  requirement(
    'STOP-04',
    'what a stopped worker gave up is taken at once, not when a lease has run out',
    async (t) => {
      const body = gate()
      const steps = workflow(async (ctx) => {
        await ctx.step('a', () => body.promise)
        return await ctx.step('b', () => 'done')
      })
      const { engine } = await t.process({ workflows: [steps], worker: false })
      const first = engine.createWorker({ lease: '1h' })
      await first.start()
      const run = await engine.start(steps, { id: 'one' })
      await t.settle()
      const stopping = first.stop()
      body.open()
      await t.settle()
      await stopping
      expect(await run.status()).toBe('PENDING')
      await engine.createWorker().start()
      await t.settle()
      expect(await run.result()).toBe('done')
    },
  ),

  requirement(
    'STOP-05',
    'closing an engine stops its workers and ends what waits; closing again does nothing',
    async (t) => {
      const naps = workflow((ctx) => ctx.sleep('nap', '1h'))
      const { engine } = await t.process({ workflows: [naps] })
      const run = await engine.start(naps, { id: 'one' })
      const waiting = run.result().catch((error: unknown) => error)
      await t.settle()
      await engine.close()
      await engine.close()
      expect(await waiting).toMatchObject({ code: 'ENGINE_CLOSED' })
      await expect(engine.start(naps)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
      await expect(engine.sendEvent('one', 'go')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
      await expect(engine.list()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
      expect(() => engine.createWorker()).toThrow(expect.objectContaining({ code: 'ENGINE_CLOSED' }))
    },
  ),

  requirement(
    'STOP-06',
    'a worker that stops does not wait for a delay between attempts, which another one spends',
    async (t) => {
      const runs = new Counts()
      const flaky = workflow((ctx) =>
        ctx.step(
          'a',
          async () => {
            if (runs.add('a') === 1) throw new Error('again')
            return 'second attempt'
          },
          { retry: { maxAttempts: 2, initialInterval: '1m', jitter: 'none', mode: 'inProcess' } },
        ),
      )
      const { engine } = await t.process({ workflows: [flaky], worker: false })
      const worker = engine.createWorker({ lease: leaseMs })
      await worker.start()
      const run = await engine.start(flaky, { id: 'one' })
      await t.advance('10s')
      expect(await run.status()).toBe('RUNNING')
      let isStopped = false
      const stopping = worker.stop().then(() => {
        isStopped = true
      })
      await t.settle()
      expect(isStopped).toBe(true)
      await stopping
      await engine.createWorker({ lease: leaseMs }).start()
      await t.advance('49s')
      expect(runs.of('a')).toBe(1)
      await t.advance('2s')
      expect(await run.result()).toBe('second attempt')
      expect(runs.of('a')).toBe(2)
    },
  ),
]
