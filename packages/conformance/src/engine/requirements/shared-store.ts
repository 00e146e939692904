import { expect } from 'vitest'
import { Counts, gate } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, leaseMs, workflow } from '../engine-trial.js'

/** Nothing but what the engines tell each other can bring anything about. */
const alone = { hints: false, worker: { pollInterval: '1h', lease: '1h' } } as const

/** Several engines over one store object: no store gives a hint of what is written through it. */
export const sharedStoreRequirements: readonly EngineRequirement[] = [
  requirement('SHARED-01', 'what one engine starts, sends and asks for, another hears of', async (t) => {
    const waits = workflow(async (ctx) => {
      const event = await ctx.waitForEvent('go')
      await ctx.sleep('nap', '1h')
      return event
    })
    const { beside } = await t.process({ ...alone, workflows: [waits] })
    const client = beside({})
    const run = await client.start('trial', { id: 'one', version: '1' })
    await t.settle()
    expect(await run.status()).toBe('SUSPENDED')
    await client.sendEvent('one', 'go')
    await t.settle()
    const ending = run.result().catch((error: unknown) => error)
    await client.cancel('one')
    await t.settle()
    expect(await ending).toMatchObject({ code: 'EXECUTION_CANCELLED' })
  }),

  requirement('SHARED-02', 'engines of different namespaces neither meet nor wake each other', async (t) => {
    const quick = workflow(async () => 'done')
    const { beside, count } = await t.process({ ...alone, workflows: [quick] })
    await t.settle()
    const claims = count('claim')
    const other = beside({ namespace: 'north', workflows: [quick] })
    const run = await other.start(quick, { id: 'one' })
    await t.settle()
    expect(count('claim')).toBe(claims)
    expect(await run.status()).toBe('PENDING')
    await other.createWorker({ lease: leaseMs }).start()
    await t.settle()
    expect(await run.result()).toBe('done')
  }),

  requirement('SHARED-03', 'what a worker gives up as it stops, another takes at once', async (t) => {
    const counts = new Counts()
    const body = gate()
    const steps = workflow(async (ctx) => {
      await ctx.step('a', () => body.promise)
      return await ctx.step('b', () => counts.add('b'))
    })
    const naps = workflow((ctx) => ctx.sleep('nap', '10s'), { name: 'naps' })
    const { engine } = await t.process({ ...alone, workflows: [steps, naps], worker: false })
    const first = engine.createWorker(alone.worker)
    await first.start()
    const [held, napping] = [
      await engine.start(steps, { id: 'one' }),
      await engine.start(naps, { id: 'two' }),
    ]
    await t.settle()
    await engine.createWorker(alone.worker).start()
    await t.settle()
    const stopping = first.stop()
    body.open()
    await t.settle()
    await stopping
    expect(await held.status()).toBe('COMPLETED')
    expect(counts.of('b')).toBe(1)
    await t.advance('10s')
    expect(await napping.status()).toBe('COMPLETED')
  }),
]
