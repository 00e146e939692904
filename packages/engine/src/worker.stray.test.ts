import { type CommitRequest, defineWorkflow, StoreError } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { type Gate, gate } from '../test/gate.js'
import { pass, untilQuiet } from '../test/test-clock.js'
import { type Setting, setUp, started } from '../test/worker-setting.js'

/** Waits for an event and, beside that, for what no journal knows of; then runs a body. */
function racing(outside: Promise<unknown>, bodies: string[] = []) {
  return defineWorkflow({ name: 'racing' }, async (ctx) => {
    await Promise.race([ctx.waitForEvent('go'), outside])
    await ctx.step('after', () => bodies.push(ctx.executionId))
  })
}

interface Stray extends Setting {
  readonly outside: Gate
  readonly bodies: string[]
}

/** A run that is let go of, whose code goes on when the gate opens. */
async function suspendedRun(options: Parameters<Setting['engine']['createWorker']>[0] = {}): Promise<Stray> {
  const outside = gate()
  const bodies: string[] = []
  const setting = setUp([racing(outside.promise, bodies)])
  await started(setting.engine, options)
  await setting.engine.start('racing', { id: 'a' })
  await untilQuiet()
  expect(await statusOf(setting, 'a')).toBe('SUSPENDED')
  return { ...setting, outside, bodies }
}

async function statusOf({ engine }: Setting, executionId: string): Promise<string> {
  return (await engine.get(executionId)).status()
}

describe('a run whose code goes on by itself after it was let go of', () => {
  it('goes on at once, with its live function, and the log says what is wrong', async () => {
    const run = await suspendedRun()
    run.outside.open()
    await untilQuiet()
    expect(await statusOf(run, 'a')).toBe('COMPLETED')
    expect(run.bodies).toEqual(['a'])
    expect(run.store.counts).toMatchObject({ control: 1, load: 0 })
    expect(run.lines).toEqual([expect.stringContaining('awaited something that is not durable')])
  })

  it('goes on at once also if its code went on while it was being let go of', async () => {
    const outside = gate()
    const run = setUp([racing(outside.promise)])
    const answered = gate()
    run.store.around('commit', async (call, [request]) => {
      const answer = await call()
      const { entries } = request as CommitRequest
      if (entries.some(({ turn }) => turn.kind === 'suspend')) await answered.promise
      return answer
    })
    await started(run.engine)
    await run.engine.start('racing', { id: 'a' })
    await untilQuiet()
    outside.open()
    await untilQuiet()
    answered.open()
    await untilQuiet()
    expect(await statusOf(run, 'a')).toBe('COMPLETED')
  })

  it('is woken together with others, and again if the store could not be asked', async () => {
    const run = await suspendedRun()
    await run.engine.start('racing', { id: 'b' })
    await untilQuiet()
    run.store.once('control', () => Promise.reject(new StoreError('gone', { retryable: true })))
    run.outside.open()
    await untilQuiet()
    expect(run.bodies).toEqual([])
    await pass(run.clock, 1_000)
    expect(run.bodies.sort()).toEqual(['a', 'b'])
  })

  it('holds up no other run if the store does not wake it', async () => {
    const hello = defineWorkflow({ name: 'hello' }, async () => 'hello')
    const outside = gate()
    const run = setUp([racing(outside.promise), hello])
    await started(run.engine)
    await run.engine.start('racing', { id: 'a' })
    await untilQuiet()
    run.store.around('control', () => Promise.reject(new StoreError('not allowed', { retryable: false })))
    outside.open()
    await untilQuiet()
    await run.engine.start('hello', { id: 'b' })
    await untilQuiet()
    expect(await statusOf(run, 'b')).toBe('COMPLETED')
  })

  it('is not started over, again and again, where no live function is kept', async () => {
    let passes = 0
    const quick = defineWorkflow({ name: 'quick' }, async (ctx) => {
      passes += 1
      await Promise.race([ctx.waitForEvent('go'), new Promise((resolve) => setImmediate(resolve))])
      await ctx.step('after', () => 1)
    })
    const run = setUp([quick])
    run.store.around('commit', async (call) => {
      const answer = await call()
      await untilQuiet(2)
      return answer
    })
    await started(run.engine, { maxWarm: 0 })
    await run.engine.start('quick', { id: 'a' })
    await untilQuiet(100)
    expect(passes).toBe(1)
    expect(await statusOf(run, 'a')).toBe('SUSPENDED')
  })

  it('waits for a slot like any other', async () => {
    const body = gate()
    const long = defineWorkflow({ name: 'long' }, (ctx) => ctx.step('long', () => body.promise))
    const outside = gate()
    const bodies: string[] = []
    const run = setUp([racing(outside.promise, bodies), long])
    await started(run.engine, { concurrency: 1 })
    await run.engine.start('racing', { id: 'a' })
    await untilQuiet()
    await run.engine.start('long', { id: 'b' })
    await untilQuiet()
    outside.open()
    await pass(run.clock, 60_000)
    expect(await statusOf(run, 'a')).toBe('PENDING')
    body.open()
    await untilQuiet()
    expect(bodies).toEqual(['a'])
  })

  it('is given up here if another worker went on with it', async () => {
    const run = await suspendedRun()
    const there: string[] = []
    const other = setUp([racing(new Promise(() => {}), there)], { beside: run })
    run.store.around('claim', async () => ({
      now: run.clock.now(),
      claimed: [],
      nextAt: null,
      isToRelay: false,
      passedDeadlines: [],
    }))
    await started(other.engine)
    await other.engine.sendEvent('a', 'go')
    await untilQuiet()
    expect(there).toEqual(['a'])
    run.outside.open()
    await pass(run.clock, 60_000)
    expect(run.bodies).toEqual([])
    expect(run.store.counts.control).toBe(1)
  })

  it('stays as it is if it has ended, was paused, or another run of its name has begun', async () => {
    const paused = await suspendedRun()
    await paused.engine.pause('a')
    paused.outside.open()
    await pass(paused.clock, 60_000)
    expect(await statusOf(paused, 'a')).toBe('PAUSED')
    await paused.engine.resume('a')
    await untilQuiet()
    expect(paused.bodies).toEqual(['a'])

    const replaced = await suspendedRun()
    await replaced.engine.terminate('a')
    const startAt = new Date(replaced.clock.now() + 86_400_000)
    await replaced.engine.start('racing', { id: 'a', idReusePolicy: 'newRunAfterTerminal', startAt })
    replaced.outside.open()
    await pass(replaced.clock, 60_000)
    expect(replaced.bodies).toEqual([])
    const [row] = await replaced.store.read([{ namespace: 'main', executionId: 'a' }])
    expect(row).toMatchObject({ runNo: 2, status: 'PENDING', applied: null })
  })
})
