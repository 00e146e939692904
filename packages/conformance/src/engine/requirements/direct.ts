import type { Engine } from '@perdure/engine'
import { expect } from 'vitest'
import { Counts, rejection } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import type { EngineRequirement } from '../engine-trial.js'

export const directRequirements: readonly EngineRequirement[] = [
  requirement(
    'DIRECT-01',
    'every operation works in the caller’s own code, and waits block there',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const ctx = await engine.open('ingest', { input: { file: 'a' } })
      const a = await ctx.step('a', () => 1)
      const slept = ctx.sleep('nap', '1m').then(() => 'slept')
      const failed = await ctx.tryStep('fails', () => Promise.reject(new Error('no')))
      const child = await ctx.runInChildContext('x', (x) => x.step('b', () => 2))
      await t.advance('1m')
      expect([a, await slept, failed.ok, child, ctx.getInput(), ctx.executionId]).toEqual([
        1,
        'slept',
        false,
        2,
        { file: 'a' },
        'ingest',
      ])
      await ctx.completeExecution({ done: true })
      expect(await (await engine.get('ingest')).result()).toEqual({ done: true })
    },
  ),

  requirement(
    'DIRECT-02',
    'the script is run again to resume: what is done answers from the journal',
    async (t) => {
      const runs = new Counts()
      const first = await t.process({ worker: false })
      const ctx = await first.engine.open('ingest')
      expect(await ctx.step('a', () => runs.add('a'))).toBe(1)
      first.kill()
      await t.advance('1m')
      const second = await t.process({ worker: false })
      const again = await second.engine.open('ingest')
      expect(await again.step('a', () => runs.add('a'))).toBe(1)
      expect(await again.step('b', () => runs.add('b'))).toBe(1)
      await again.completeExecution('done')
      expect(await (await second.engine.get('ingest')).result()).toBe('done')
      expect(runs.of('a')).toBe(1)
    },
  ),

  requirement('DIRECT-03', 'one that another process holds says for how long', async (t) => {
    const first = await t.process({ worker: false })
    await first.engine.open('ingest', { lease: '20s' })
    const second = await t.process({ worker: false })
    const refused = await rejection(second.engine.open('ingest'))
    expect(refused).toMatchObject({ code: 'LEASE_HELD', details: { executionId: 'ingest' } })
    const { remainingMs } = (refused as { details: { remainingMs: number } }).details
    expect(remainingMs).toBeGreaterThan(0)
    expect(remainingMs).toBeLessThanOrEqual(20_000)
  }),

  requirement('DIRECT-04', 'no worker ever claims one', async (t) => {
    const client = await t.process({ worker: false })
    const ctx = await client.engine.open('ingest')
    await ctx.step('a', () => 1)
    client.kill()
    const worker = await t.process({})
    await t.advance('2m')
    expect((await worker.engine.list()).executions).toMatchObject([{ executionId: 'ingest' }])
    const [run] = await t.store.read([{ namespace: 'main', executionId: 'ingest' }])
    const { workflow = '', version = '', queue = '' } = run ?? {}
    // Whoever claims for a worker that has this very code gets nothing.
    const pairs = [{ workflow, version, build: 'any' }]
    const request = {
      requestId: 'claim',
      workerId: 'worker',
      namespace: 'main',
      limit: 10,
      suspects: 10,
      alone: true,
      startedAt: 0,
      leaseMs: 1_000,
    }
    expect(await t.store.claim({ ...request, queues: [queue], pairs })).toMatchObject({ claimed: [] })
    const again = await worker.engine.open('ingest')
    await again.completeExecution()
  }),

  requirement('DIRECT-05', 'events, cancel and failure reach it as they reach any other', async (t) => {
    const { engine } = await t.process({ worker: false })
    const ctx = await engine.open('ingest')
    const event = ctx.waitForEvent('go')
    await engine.sendEvent('ingest', 'go', 'came')
    await t.advance('2s')
    expect(await event).toBe('came')
    const nap = rejection(ctx.sleep('nap', '1h'))
    expect(await engine.cancel('ingest', 'stop')).toBe(true)
    await t.advance('2s')
    expect(await nap).toMatchObject({ code: 'CANCELLED' })
    await expect(ctx.failExecution(new Error('ended by hand'))).rejects.toMatchObject({
      code: 'EXECUTION_CANCELLED',
    })
    expect(await (await engine.get('ingest')).status()).toBe('CANCELLED')
  }),

  requirement('DIRECT-06', 'one that has ended, or has another input, is refused', async (t) => {
    const { engine } = await t.process({ worker: false })
    const ctx = await engine.open('ended')
    await ctx.completeExecution(1)
    await expect(engine.open('ended')).rejects.toMatchObject({ code: 'EXECUTION_ALREADY_EXISTS' })
    await engine.open('open', { input: 1 })
    await expect(engine.open('open', { input: 2 })).rejects.toMatchObject({ code: 'INPUT_MISMATCH' })
  }),

  requirement('DIRECT-07', 'closing the engine gives it up at once', async (t) => {
    const first = await t.process({ worker: false })
    const ctx = await first.engine.open('ingest', { lease: '1h' })
    await ctx.step('a', () => 1)
    await first.engine.close()
    const second = await t.process({ worker: false })
    const again = await second.engine.open('ingest')
    expect(await again.step('a', () => 2)).toBe(1)
    await again.completeExecution()
  }),

  requirement(
    'DIRECT-08',
    'a script whose execution is terminated, or given up, hears of it where it waits and at each later call',
    async (t) => {
      const ends = [
        ['EXECUTION_TERMINATED', (engine: Engine) => engine.terminate('EXECUTION_TERMINATED')],
        ['ENGINE_CLOSED', (engine: Engine) => engine.close()],
      ] as const
      for (const [code, end] of ends) {
        const { engine } = await t.process({ worker: false })
        const ctx = await engine.open(code)
        await ctx.step('a', () => {})
        const waits = [
          ctx.sleep('nap', '1h'),
          ctx.waitForEvent('go'),
          ctx.step('b', () => new Promise(() => {})),
        ]
        const outcomes = Promise.allSettled(waits)
        await t.settle()
        await end(engine)
        await t.advance('1m')
        expect((await outcomes).map((outcome) => 'reason' in outcome && outcome.reason.code)).toEqual([
          code,
          code,
          code,
        ])
        await expect(ctx.step('later', () => {})).rejects.toMatchObject({ code })
      }
    },
  ),
]
