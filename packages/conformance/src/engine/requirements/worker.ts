import { expect } from 'vitest'
import { Counts, gate } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, leaseMs, workflow } from '../engine-trial.js'

export const workerRequirements: readonly EngineRequirement[] = [
  requirement('WORKING-01', 'so many runs as `concurrency` says make progress at a time', async (t) => {
    const held = gate()
    const running = new Set<string>()
    const slow = workflow((ctx, name: string) =>
      ctx.step('a', async () => {
        running.add(name)
        await held.promise
        return running.size
      }),
    )
    const { engine } = await t.process({ workflows: [slow], worker: { concurrency: 3 } })
    const names = Array.from({ length: 8 }, (_, index) => `run-${index}`)
    const runs = await engine.startMany(
      slow,
      names.map((name) => ({ id: name, input: name })),
    )
    await t.settle()
    expect(running.size).toBe(3)
    held.open()
    await t.settle()
    await Promise.all(runs.map((run) => run.result()))
    expect(running.size).toBe(8)
  }),

  requirement('WORKING-02', 'runs that sleep or wait take no slot', async (t) => {
    const naps = workflow(async (ctx) => {
      await ctx.sleep('nap', '1m')
      return await ctx.step('a', () => 'done')
    })
    const { engine } = await t.process({ workflows: [naps], worker: { concurrency: 1 } })
    const runs = await engine.startMany(
      naps,
      Array.from({ length: 20 }, (_, index) => ({ id: `${index}` })),
    )
    await t.settle()
    const { executions } = await engine.list({ status: 'SUSPENDED' })
    expect(executions).toHaveLength(20)
    await t.advance('1m')
    expect(await Promise.all(runs.map((run) => run.result()))).toHaveLength(20)
  }),

  requirement('WORKING-03', 'a worker takes only from its queues', async (t) => {
    const taken: string[] = []
    const quick = workflow(async (_ctx, queue: string) => void taken.push(queue))
    const { engine } = await t.process({ workflows: [quick], worker: { queues: ['a', 'b'] } })
    for (const queue of ['a', 'default', 'b', 'c'])
      await engine.start(quick, { id: queue, input: queue, queue })
    await t.advance('1m')
    expect(taken.sort()).toEqual(['a', 'b'])
  }),

  requirement(
    'WORKING-04',
    'a higher priority is taken first, and then what is due for longer',
    async (t) => {
      const order: string[] = []
      const quick = workflow(async (_ctx, name: string) => void order.push(name))
      const starter = await t.process({ workflows: [quick], worker: false })
      for (const [name, priority] of [
        ['old', 0],
        ['late', -5],
        ['new', 0],
        ['urgent', 7],
      ] as const) {
        await starter.engine.start(quick, { id: name, input: name, priority })
        await t.advance('1s')
      }
      await t.process({ workflows: [quick], worker: { concurrency: 1 } })
      await t.settle()
      expect(order).toEqual(['urgent', 'old', 'new', 'late'])
    },
  ),

  requirement('WORKING-05', 'a run that is to start later starts then', async (t) => {
    const quick = workflow(async (ctx) => ctx.startedAt.getTime())
    const { engine } = await t.process({ workflows: [quick] })
    const startAt = new Date(t.clock.now() + 60_000)
    const run = await engine.start(quick, { id: 'one', startAt })
    await t.advance('59s')
    expect(await run.status()).toBe('PENDING')
    await t.advance('1s')
    expect(await run.result()).toBe(startAt.getTime())
  }),

  requirement('WORKING-06', 'many workers run many executions, each body once', async (t) => {
    const counts = new Counts()
    const steps = workflow(async (ctx, name: string) => {
      await ctx.step('a', () => counts.add(`${name} a`))
      await ctx.sleep('nap', '1s')
      await ctx.step('b', () => counts.add(`${name} b`))
    })
    const { engine } = await t.process({ workflows: [steps], worker: { concurrency: 5 } })
    for (let count = 0; count < 3; count += 1)
      await t.process({ workflows: [steps], worker: { concurrency: 5 } })
    const names = Array.from({ length: 60 }, (_, index) => `run-${index}`)
    const runs = await engine.startMany(
      steps,
      names.map((name) => ({ id: name, input: name })),
    )
    await t.advance('10s')
    await Promise.all(runs.map((run) => run.result()))
    expect(counts.names).toHaveLength(120)
    for (const name of counts.names) expect([name, counts.of(name)]).toEqual([name, 1])
  }),

  requirement('WORKING-07', 'a result is told to who waits in another process', async (t) => {
    const quick = workflow((ctx) => ctx.step('a', () => 'done'))
    const client = await t.process({ workflows: [quick], worker: false })
    await t.process({ workflows: [quick] })
    const run = await client.engine.start(quick, { id: 'one' })
    const results = [run.result(), run.result()]
    await t.advance('1s')
    expect(await Promise.all(results)).toEqual(['done', 'done'])
  }),

  requirement('WORKING-08', 'runUntilIdle resolves when what is left waits for time or others', async (t) => {
    const naps = workflow(async (ctx) => {
      await ctx.step('a', () => {})
      await ctx.sleep('nap', '1m')
    })
    const { engine } = await t.process({ workflows: [naps], worker: false })
    const run = await engine.start(naps, { id: 'one' })
    const worker = engine.createWorker({ lease: leaseMs })
    await worker.runUntilIdle()
    expect(await run.status()).toBe('SUSPENDED')
    await worker.runUntilIdle()
    await worker.stop()
  }),

  requirement(
    'WORKING-09',
    'a run that no living worker has code for is shown as BLOCKED, and goes on with one',
    async (t) => {
      const known = workflow(async () => 'known')
      const missing = workflow(async () => 'missing', { name: 'missing' })
      const newer = workflow(async () => 'newer', { version: '2' })
      const client = await t.process({ worker: false })
      await t.process({ workflows: [known] })
      await client.engine.start('missing', { id: 'handler', version: '1' })
      await client.engine.start('trial', { id: 'version', version: '2' })
      await t.advance('1s')
      const { executions } = await client.engine.list({ limit: 10 })
      const blocked = executions.map(({ executionId, status, blocked: why }) => [
        executionId,
        status,
        why?.reason,
      ])
      expect(blocked.sort()).toEqual([
        ['handler', 'BLOCKED', 'MISSING_HANDLER'],
        ['version', 'BLOCKED', 'MISSING_VERSION'],
      ])
      await t.process({ workflows: [missing, newer] })
      await t.advance('1s')
      expect(await (await client.engine.get('handler')).result()).toBe('missing')
      expect(await (await client.engine.get('version')).result()).toBe('newer')
    },
  ),

  requirement('WORKING-10', 'a run stays with the version that it was started with', async (t) => {
    const old = workflow(async (ctx) => {
      await ctx.sleep('nap', '1m')
      return 'old'
    })
    const young = workflow(async () => 'young', { version: '2' })
    const first = await t.process({ workflows: [old] })
    const run = await first.engine.start(old, { id: 'one' })
    await t.settle()
    first.kill()
    const second = await t.process({ workflows: [old, young] })
    await t.advance('1m')
    expect(await (await second.engine.get(run.executionId)).result()).toBe('old')
    const another = await second.engine.start('trial', { id: 'two' })
    await t.settle()
    expect(await another.result()).toBe('young')
  }),
]
