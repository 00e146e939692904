import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

const order = workflow(async (ctx, input: number) => {
  const approved = await ctx.waitForEvent('approved')
  return [input, approved]
})

const again = { id: 'one', idReusePolicy: 'newRunAfterTerminal' } as const

/** A handle is of one life of its execution, whatever was started under the id since. */
export const livesRequirements: readonly EngineRequirement[] = [
  requirement(
    'LIVES-01',
    'a handle of an earlier life neither cancels nor terminates the run that was started since',
    async (t) => {
      const { engine } = await t.process({ workflows: [order] })
      const first = await engine.start(order, { ...again, input: 1 })
      await first.terminate()
      const second = await engine.start(order, { ...again, input: 2 })
      await t.settle()
      const late = [first, await engine.get('one', { runNo: 1 })]
      for (const handle of late) {
        expect(await handle.cancel('late')).toBe(false)
        expect(await handle.terminate('late')).toBe(false)
        expect(await handle.status()).toBe('TERMINATED')
      }
      await second.sendEvent('approved', 'yes')
      await t.settle()
      expect(await second.result()).toEqual([2, 'yes'])
    },
  ),

  requirement('LIVES-02', 'an event sent by a handle of an earlier life is a typed error', async (t) => {
    const { engine } = await t.process({ workflows: [order] })
    const first = await engine.start(order, { ...again, input: 1 })
    await first.terminate()
    await engine.start(order, { ...again, input: 2 })
    await t.settle()
    for (const handle of [first, await engine.get('one', { runNo: 1 })])
      await expect(handle.sendEvent('approved', 'late')).rejects.toMatchObject({
        code: 'EXECUTION_NOT_RUNNING',
        details: { executionId: 'one' },
      })
    expect(await (await engine.get('one')).status()).toBe('SUSPENDED')
  }),

  requirement('LIVES-03', 'a handle goes on telling how its own life ended', async (t) => {
    const { engine } = await t.process({ workflows: [order] })
    const first = await engine.start(order, { ...again, input: 1 })
    await t.settle()
    const found = await engine.get('one')
    await found.sendEvent('approved', 'yes')
    await t.settle()
    const second = await engine.start(order, { ...again, input: 2 })
    await t.settle()
    for (const handle of [first, found])
      expect([await handle.status(), await handle.result()]).toEqual(['COMPLETED', [1, 'yes']])
    expect([second.created, second.runNo, await second.status()]).toEqual([true, 2, 'SUSPENDED'])
  }),

  requirement('LIVES-04', 'without a handle the newest run is meant', async (t) => {
    const { engine } = await t.process({ workflows: [order] })
    const first = await engine.start(order, { ...again, input: 1 })
    await first.terminate()
    const second = await engine.start(order, { ...again, input: 2 })
    await t.settle()
    expect(await engine.cancel('one')).toBe(true)
    await t.settle()
    expect(await second.status()).toBe('CANCELLED')
  }),

  requirement('LIVES-05', 'an event reaches each life, under the same dedupe id', async (t) => {
    const { engine } = await t.process({ workflows: [order] })
    for (const input of [1, 2]) {
      const run = await engine.start(order, { ...again, input })
      await t.settle()
      for (let tries = 0; tries < 2; tries++)
        await engine.sendEvent('one', 'approved', input, { dedupeId: 'payment-77' }).catch(() => {})
      await t.settle()
      expect(await run.result()).toEqual([input, input])
    }
  }),

  requirement(
    'LIVES-06',
    'late requests and new starts sent at once leave every new run alone',
    async (t) => {
      const { engine } = await t.process({ workflows: [order] })
      let run = await engine.start(order, { ...again, input: 0 })
      for (let input = 1; input <= 10; input++) {
        await run.terminate()
        const old = run
        const [next, ...late] = await Promise.all([
          engine.start(order, { ...again, input }),
          old.terminate(),
          old.cancel(),
          old.sendEvent('approved', 'late').then(
            () => true,
            () => false,
          ),
        ])
        expect(late).toEqual([false, false, false])
        await t.settle()
        expect([next.runNo, await next.status()]).toEqual([input + 1, 'SUSPENDED'])
        run = next
      }
    },
  ),
]
