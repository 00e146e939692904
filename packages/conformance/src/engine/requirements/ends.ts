import { expect } from 'vitest'
import { Counts, gate } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

/** Charges in its first body, and refunds if anything comes in between. */
function order(counts: Counts, charged: Promise<unknown>) {
  return workflow(async (ctx) => {
    try {
      await ctx.step('charge', async () => {
        counts.add('charge')
        await charged
      })
      await ctx.sleep('settle', '1h')
    } catch (error) {
      await ctx.step('refund', () => counts.add('refund'))
      throw error
    }
  })
}

const waits = workflow(async (ctx) => ctx.waitForEvent('go'), { name: 'waits' })

/** A run ends once, as was decided first, and its code has its say if any of it ever ran. */
export const endsRequirements: readonly EngineRequirement[] = [
  requirement('ENDS-01', 'a cancel in the first body lets the code clean up', async (t) => {
    const counts = new Counts()
    const body = gate()
    const charges = order(counts, body.promise)
    const { engine } = await t.process({ workflows: [charges] })
    const run = await engine.start(charges, { id: 'one' })
    await t.settle()
    expect(counts.of('charge')).toBe(1)
    expect(await run.cancel('changed my mind')).toBe(true)
    await t.advance('20s')
    body.open()
    await t.advance('20s')
    expect([counts.of('refund'), await run.status()]).toEqual([1, 'CANCELLED'])
    await expect(run.result()).rejects.toMatchObject({
      code: 'EXECUTION_CANCELLED',
      message: expect.stringContaining('changed my mind'),
    })
  }),

  requirement('ENDS-02', 'so does a cancel after the process died in the first body', async (t) => {
    const counts = new Counts()
    const hangs = order(counts, new Promise(() => {}))
    const first = await t.process({ workflows: [hangs] })
    await first.engine.start(hangs, { id: 'one' })
    await t.settle()
    first.kill()
    const second = await t.process({ workflows: [order(counts, Promise.resolve())] })
    expect(await second.engine.cancel('one')).toBe(true)
    await t.advance('2m')
    expect(counts.of('charge')).toBeGreaterThan(0)
    expect(counts.of('refund')).toBe(1)
    expect(await (await second.engine.get('one')).status()).toBe('CANCELLED')
  }),

  requirement('ENDS-03', 'a timeout does not count before the start', async (t) => {
    const quick = workflow(async () => 'done', { name: 'quick' })
    const { engine } = await t.process({ workflows: [quick] })
    const startAt = new Date(t.clock.now() + 60_000)
    const run = await engine.start(quick, { id: 'one', startAt, timeout: '1s' })
    await t.advance('2m')
    expect(await run.result()).toBe('done')
  }),

  requirement(
    'ENDS-04',
    'a run that nobody has the code of ends in time if it was never claimed',
    async (t) => {
      const other = workflow(async () => {}, { name: 'other' })
      const client = await t.process({ workflows: [waits], worker: false })
      const run = await client.engine.start(waits, { id: 'one', timeout: '10s' })
      await t.process({ workflows: [other] })
      await t.advance('2m')
      expect(await run.status()).toBe('TIMED_OUT')
      await expect(run.result()).rejects.toMatchObject({ code: 'EXECUTION_TIMED_OUT' })
    },
  ),

  requirement(
    'ENDS-05',
    'a cancel that was accepted ends CANCELLED, though the timeout had passed',
    async (t) => {
      const first = await t.process({ workflows: [waits] })
      const run = await first.engine.start(waits, { id: 'one', timeout: '10s' })
      await t.settle()
      first.kill()
      await t.advance('20s')
      const second = await t.process({ workflows: [waits], worker: false })
      expect(await second.engine.cancel('one', 'late')).toBe(true)
      await t.process({ workflows: [waits] })
      await t.advance('1m')
      const ended = await second.engine.get(run.executionId)
      expect(await ended.status()).toBe('CANCELLED')
    },
  ),

  requirement('ENDS-06', 'what was open when a run was terminated is shown as stopped with it', async (t) => {
    const { engine } = await t.process({ workflows: [waits] })
    const run = await engine.start(waits, { id: 'one' })
    await t.settle()
    await run.terminate('enough')
    const ends = (await engine.history('one')).filter(({ kind }) => kind !== 'OperationStarted')
    expect(ends.slice(1)).toMatchObject([
      { kind: 'OperationEnded', name: 'go', status: 'STOPPED' },
      { kind: 'ExecutionEnded', status: 'TERMINATED' },
    ])
  }),
]
