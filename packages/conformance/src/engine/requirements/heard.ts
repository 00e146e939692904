import type { DurableContextOps, MessagesPage } from '@perdure/core'
import { expect } from 'vitest'
import { gate } from '../../context/scenes.js'
import type { StoreInterceptor } from '../../faults/intercept-store.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

/** Neither a renewal nor a poll comes to the rescue. */
const patient = { lease: '1h', pollInterval: '1h' } as const

/** How soon a run that is held hears of what others do. */
export const heardRequirements: readonly EngineRequirement[] = [
  requirement('HEARD-01', 'a cancel from another process reaches a body that runs', async (t) => {
    const reasons: unknown[] = []
    const { run } = await runningElsewhere(t, reasons)
    expect(await run.cancel()).toBe(true)
    await t.advance('1s')
    expect(reasons).toMatchObject([{ code: 'CANCELLED' }])
  }),

  requirement('HEARD-02', 'a terminate from another process reaches a body that runs', async (t) => {
    const reasons: unknown[] = []
    const { run } = await runningElsewhere(t, reasons)
    expect(await run.terminate()).toBe(true)
    await t.advance('1s')
    expect(reasons).toMatchObject([{ code: 'EXECUTION_TERMINATED' }])
  }),

  requirement('HEARD-03', 'what one process does makes no other write', async (t) => {
    const waits = workflow(async (ctx) => {
      await Promise.all([ctx.waitForEvent('never'), ctx.step('long', () => gate<string>().promise)])
    })
    const first = await t.process({ workflows: [waits], worker: { ...patient, concurrency: 1 } })
    await first.engine.start(waits, { id: 'one' })
    await t.settle()
    const second = await t.process({ workflows: [waits], worker: { ...patient, concurrency: 1 } })
    await first.engine.start(waits, { id: 'two' })
    await t.advance('5s')
    const leases = async () => {
      const rows = await t.store.read(
        ['one', 'two'].map((executionId) => ({ namespace: 'main', executionId })),
      )
      return rows.map((row) => [row?.status, row?.leaseUntil])
    }
    const before = { leases: await leases(), renewals: first.count('renew') + second.count('renew') }
    const commits = first.count('commit') + second.count('commit')
    await t.advance('1s')
    const client = await t.process({ worker: false })
    await client.engine.start('other', { id: 'three', version: '1' })
    await client.engine.sendEvent('three', 'go')
    await t.advance('30s')
    expect(await leases()).toEqual(before.leases)
    expect(before.leases).toMatchObject([
      ['RUNNING', expect.any(Number)],
      ['RUNNING', expect.any(Number)],
    ])
    expect(first.count('renew') + second.count('renew')).toBe(before.renewals)
    expect(first.count('commit') + second.count('commit')).toBe(commits)
  }),

  requirement('HEARD-04', 'a cancel between a claim and its answer reaches the run at once', async (t) => {
    const reasons: unknown[] = []
    const naps = workflow(async (ctx) => {
      await ctx.sleep('nap', '1m')
      await untilAborted(ctx, reasons)
    })
    const answered = gate()
    let isHeldUp = false
    const intercept: StoreInterceptor = async (call, apply) => {
      const answer = await apply()
      if (call.verb === 'claim' && isHeldUp) await answered.promise
      return answer
    }
    await t.process({ workflows: [naps], worker: patient, intercept })
    const client = await t.process({ worker: false })
    const run = await client.engine.start('trial', { id: 'one', version: '1' })
    await t.advance('59s')
    isHeldUp = true
    await t.advance('2s')
    expect(await run.status()).toBe('RUNNING')
    expect(await run.cancel()).toBe(true)
    await t.advance('1s')
    answered.open()
    await t.advance('1s')
    expect(reasons).toMatchObject([{ code: 'CANCELLED' }])
  }),

  requirement(
    'HEARD-05',
    'a first look without a timeout finds the event that was there before',
    async (t) => {
      const looks = workflow(async (ctx) => [
        await ctx.waitForEvent('go', { timeout: 0, onTimeout: 'undefined' }),
        await ctx.waitForEvent('go', { timeout: 0, onTimeout: 'undefined' }),
      ])
      const client = await t.process({ worker: false })
      const run = await client.engine.start('trial', { id: 'one', version: '1' })
      await client.engine.sendEvent('one', 'go', 'was here')
      await t.advance('1s')
      await t.process({ workflows: [looks] })
      await t.advance('1s')
      expect(await run.result()).toEqual(['was here', undefined])
    },
  ),

  requirement('HEARD-06', 'of an inbox, no more is loaded than a run waits for', async (t) => {
    const loaded: number[] = []
    const intercept: StoreInterceptor = async (call, apply) => {
      const answer = await apply()
      if (call.verb === 'messages') loaded.push((answer as MessagesPage).messages.length)
      return answer
    }
    const waits = workflow(async (ctx) => {
      const first = await ctx.waitForEvent('go')
      return [first, await ctx.waitForEvent('go'), await ctx.waitForEvent('other')]
    })
    const client = await t.process({ worker: false })
    const run = await client.engine.start('trial', { id: 'one', version: '1' })
    for (let count = 0; count < 20; count += 1)
      await client.engine.sendEvent('one', 'nobody waits for it', count)
    for (let count = 0; count < 5; count += 1) await client.engine.sendEvent('one', 'go', count)
    await t.process({ workflows: [waits], intercept })
    await t.advance('1s')
    expect(await run.status()).toBe('SUSPENDED')
    await client.engine.sendEvent('one', 'other', 'came')
    await t.advance('1s')
    expect(await run.result()).toEqual([0, 1, 'came'])
    expect(loaded.filter((count) => count > 0)).toEqual([1, 1, 1])
  }),
]

type Trial = Parameters<EngineRequirement['check']>[0]

/** A run whose body only ends when it is told to, in a process of its own, as another process sees it. */
async function runningElsewhere(t: Trial, reasons: unknown[]) {
  const long = workflow(async (ctx) => {
    await ctx.step('before', () => 1)
    await untilAborted(ctx, reasons)
  })
  await t.process({ workflows: [long], worker: patient })
  const client = await t.process({ worker: false })
  const run = await client.engine.start('trial', { id: 'one', version: '1' })
  await t.advance('1s')
  expect(await run.status()).toBe('RUNNING')
  return { run }
}

async function untilAborted(ctx: DurableContextOps, reasons: unknown[]): Promise<void> {
  await ctx.step('long', ({ signal }) => {
    return new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason)
        reject(signal.reason)
      })
    })
  })
}
