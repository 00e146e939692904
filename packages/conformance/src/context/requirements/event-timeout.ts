import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { atEveryWrite } from '../at-every-write.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, gate, rejection } from '../scenes.js'

export const eventTimeoutRequirements: readonly ContextRequirement[] = [
  requirement(
    'EVENT-20',
    'a wait that takes too long rejects with an EventTimeoutError, for good',
    async (t) => {
      const { first, replayed } = await bothPasses(
        t,
        (ctx) => rejection(ctx.waitForEvent('go', { timeout: '10m' })),
        () => t.advance('10m'),
      )
      for (const error of [first, replayed]) {
        expect(error).toMatchObject({ code: 'EVENT_TIMEOUT', details: { name: 'go', timeoutMs: 600_000 } })
      }
    },
  ),

  requirement('EVENT-21', "with onTimeout 'undefined' it resolves with undefined", async (t) => {
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => [await ctx.waitForEvent('go', { timeout: '10m', onTimeout: 'undefined' })],
      () => t.advance('10m'),
    )
    expect([first, replayed]).toEqual([[undefined], [undefined]])
  }),

  requirement('EVENT-22', 'a crash does not start the timeout again', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go', { timeout: '10m' }))
    await t.advance('9m')
    await t.restart()
    await t.advance('1m')
    expect(await run.failure()).toMatchObject({ cause: { code: 'EVENT_TIMEOUT' } })
  }),

  requirement('EVENT-23', 'an event that comes after the timeout goes to the next wait', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => {
      const missed = await ctx.waitForEvent('go', { timeout: '1m', onTimeout: 'undefined' })
      await ctx.sleep('nap', '10m')
      return [missed, await ctx.waitForEvent('go')]
    })
    await t.advance('2m')
    await run.send('go', 'late')
    await t.advance('10m')
    expect(await run.result()).toEqual([undefined, 'late'])
  }),

  requirement(
    'EVENT-24',
    'an event that came in time ends the wait, however late anybody looks',
    async (t) => {
      const run = await t.launch((ctx) => ctx.waitForEvent('go', { timeout: '10m' }))
      t.driver.crash()
      await t.advance('9m')
      await t.driver.sendEvent('one', 'go', 'in time')
      await t.advance('1h')
      await t.recover()
      expect(await run.result()).toBe('in time')
    },
  ),

  requirement('EVENT-25', 'an event that came too late does not, however late anybody looks', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go', { timeout: '10m' }))
    t.driver.crash()
    await t.advance({ minutes: 10, milliseconds: 1 })
    await t.driver.sendEvent('one', 'go', 'too late')
    await t.recover()
    expect(await run.failure()).toMatchObject({ cause: { code: 'EVENT_TIMEOUT' } })
  }),

  requirement('EVENT-26', 'an event that comes at the very instant of the timeout is in time', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go', { timeout: '10m' }))
    t.driver.crash()
    await t.advance('10m')
    await t.driver.sendEvent('one', 'go', 'just in time')
    await t.recover()
    expect(await run.result()).toBe('just in time')
  }),

  requirement(
    'EVENT-27',
    'timeouts and events of one absence are told in the order of their times',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const order: string[] = []
        const wait = async (name: string, timeout: '1m' | '3m'): Promise<void> => {
          const payload = await ctx.waitForEvent(name, { timeout, onTimeout: 'undefined' })
          order.push(`${name} ${payload ?? 'timed out'} after ${ctx.elapsed() / 60_000}`)
        }
        await Promise.all([wait('a', '3m'), wait('b', '1m'), wait('c', '3m')])
        return order
      })
      t.driver.crash()
      await t.advance('2m')
      await t.driver.sendEvent('one', 'c', 'came')
      await t.advance('10m')
      await t.recover()
      expect(await run.result()).toEqual(['b timed out after 1', 'c came after 2', 'a timed out after 3'])
    },
  ),

  requirement('EVENT-28', 'a timeout that passes while a step runs is delivered while it runs', async (t) => {
    const slow = gate()
    const run = await t.launch(async (ctx) => {
      const step = ctx.step('slow', () => slow.promise)
      await ctx.waitForEvent('go', { timeout: '1m', onTimeout: 'undefined' })
      await ctx.step('after', () => {})
      await step
    })
    await t.advance('1m')
    expect(await run.ended()).toEqual(['go TIMED_OUT', 'after SUCCEEDED'])
    slow.open()
    await run.result()
  }),

  requirement(
    'EVENT-29',
    'an event that was there before the wait wins over a timeout of no time',
    async (t) => {
      if (t.capabilities.events === 'openWait') return
      const run = await t.launch(async (ctx) => {
        await ctx.sleep('nap', '1m')
        return await ctx.waitForEvent('go', { timeout: 0 })
      })
      await run.send('go', 'early')
      await t.advance('1m')
      expect(await run.result()).toBe('early')
    },
  ),

  requirement(
    'EVENT-30',
    'nothing is done about a wait that was over at once before that is recorded',
    async (t) => {
      if (t.capabilities.events === 'openWait') return
      await atEveryWrite(t, 'before', async (trial, disturb) => {
        const effects = new Counts()
        let isCrashed = false
        trial.onWrite((write) => {
          if (!disturb(write)) return
          isCrashed = true
          trial.driver.crash()
        })
        const run = await trial.launch(async (ctx) => {
          const order = ctx.waitForEvent('go', { timeout: 0, onTimeout: 'undefined' })
          const effect = (await order) === undefined ? 'refund' : 'ship'
          return await ctx.step('act', () => {
            effects.add(effect)
            return effect
          })
        })
        if (isCrashed) {
          await trial.driver.sendEvent('one', 'go', 'came')
          await trial.recover()
        }
        expect(effects.names).toEqual([await run.result()])
      })
    },
  ),
]
