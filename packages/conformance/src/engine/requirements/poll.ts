import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

/** Longer than any process waits to look by itself. */
const longerThanAPoll = '40s'

export const pollRequirements: readonly EngineRequirement[] = [
  requirement(
    'POLL-01',
    'where every hint is lost, work is still found and ends are still heard of',
    async (t) => {
      const waits = workflow(async (ctx) => {
        const event = await ctx.waitForEvent<string>('go')
        return await ctx.step('a', () => `after ${event}`)
      })
      const client = await t.process({ hints: false, worker: false })
      await t.process({ hints: false, workflows: [waits] })
      const run = await client.engine.start<string>('trial', { id: 'one', version: '1' })
      const result = run.result()
      await t.advance(longerThanAPoll)
      expect(await run.status()).toBe('SUSPENDED')
      await client.engine.sendEvent('one', 'go', 'an event')
      await t.advance(longerThanAPoll)
      expect(await run.status()).toBe('COMPLETED')
      await t.advance(longerThanAPoll)
      expect(await result).toBe('after an event')
    },
  ),

  requirement(
    'POLL-02',
    'where every hint is lost, a script still hears of events and requests',
    async (t) => {
      const client = await t.process({ hints: false, worker: false })
      const script = await t.process({ hints: false, worker: false })
      const ctx = await script.engine.open('ingest', { lease: '1h' })
      const event = ctx.waitForEvent('go')
      await t.settle()
      await client.engine.sendEvent('ingest', 'go', 'came')
      await t.advance(longerThanAPoll)
      expect(await event).toBe('came')
      const nap = ctx.sleep('nap', '1h').catch((error: unknown) => error)
      await client.engine.cancel('ingest')
      await t.advance(longerThanAPoll)
      expect(await nap).toMatchObject({ code: 'CANCELLED' })
    },
  ),

  requirement('POLL-03', 'an idle worker asks for work now and then, and for nothing else', async (t) => {
    const quick = workflow(async () => 'done')
    const { count, calls } = await t.process({ workflows: [quick] })
    await t.advance('1m')
    const before = { claims: count('claim'), calls: calls.length, announcements: count('announce') }
    await t.advance('10m')
    const claims = count('claim') - before.claims
    expect(claims).toBeGreaterThanOrEqual(10)
    expect(claims).toBeLessThanOrEqual(150)
    expect(calls.length - before.calls).toBe(claims + count('announce') - before.announcements)
  }),

  requirement('POLL-04', 'the timeout of an execution is a time that an idle worker waits for', async (t) => {
    const waits = workflow((ctx) => ctx.waitForEvent('never'))
    const { engine } = await t.process({
      hints: false,
      workflows: [waits],
      worker: { lease: '10m', pollInterval: '10m' },
    })
    const run = await engine.start(waits, { id: 'one', timeout: '5s' })
    await t.advance('4s')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1s')
    expect(await run.status()).toBe('TIMED_OUT')
  }),
]
