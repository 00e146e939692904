import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { atEveryWrite } from '../at-every-write.js'
import type { ContextRequirement } from '../context-trial.js'
import { drive, everything, everythingFor } from '../everything.js'
import { Counts } from '../scenes.js'

export const disturbedWriteRequirements: readonly ContextRequirement[] = [
  requirement('CRASH-03', 'a write whose answer is lost is made once: no body runs again', async (t) => {
    await atEveryWrite(t, 'after', async (trial, disturb) => {
      const runs = new Counts()
      trial.onWrite((write) => {
        if (disturb(write)) throw new Error('Injected: the answer is lost')
      })
      const run = await trial.launch(everything(runs), { input: 5 })
      await drive(trial, run)
      expect(await run.result()).toEqual(everythingFor(5))
      for (const name of runs.names) expect([name, runs.of(name)]).toEqual([name, 1])
    })
  }),

  requirement('CRASH-04', 'a write that fails is made again: no body runs again', async (t) => {
    await atEveryWrite(t, 'before', async (trial, disturb) => {
      const runs = new Counts()
      trial.onWrite((write) => {
        if (disturb(write)) throw new Error('Injected: the write failed')
      })
      const run = await trial.launch(everything(runs), { input: 5 })
      await drive(trial, run)
      expect(await run.result()).toEqual(everythingFor(5))
      for (const name of runs.names) expect([name, runs.of(name)]).toEqual([name, 1])
    })
  }),

  requirement('CRASH-05', 'an event that is sent around any write is delivered, once', async (t) => {
    for (const when of ['before', 'after'] as const) {
      await atEveryWrite(t, when, async (trial, disturb) => {
        const workflow = await trial.deploy(async (ctx) => {
          const first = ctx.waitForEvent('go')
          await ctx.step('a', () => {})
          await ctx.sleep('nap', '10s')
          const second = ctx.waitForEvent('go', { timeout: '10s', onTimeout: 'undefined' })
          return [await first, await second]
        })
        let isOpen = false
        let isSent = false
        trial.onWrite(async (write) => {
          if (write.kind === 'commit') isOpen ||= write.when === 'after'
          const isAwaited = trial.capabilities.events === 'buffered' || isOpen
          if (!isAwaited || !disturb(write) || isSent) return
          isSent = true
          await trial.driver.sendEvent('one', 'go', 'came')
        })
        trial.driver.crash()
        const run = await trial.start(workflow)
        await trial.recover()
        await trial.advance('10s')
        if (!isSent) {
          isSent = true
          await run.send('go', 'came')
        }
        await trial.advance('20s')
        expect(await run.result()).toEqual(['came', undefined])
      })
    }
  }),

  requirement('CRASH-06', 'a cancel that is accepted around any write is obeyed', async (t) => {
    for (const when of ['before', 'after'] as const) {
      await atEveryWrite(t, when, async (trial, disturb) => {
        let isAccepted = false
        trial.onWrite(async (write) => {
          if (disturb(write)) isAccepted = (await trial.driver.cancel?.('one', 'stop')) ?? false
        })
        const run = await trial.launch(async (ctx) => {
          await ctx.step('a', () => {})
          await ctx.sleep('nap', '10s')
          return await ctx.step('b', () => 'done')
        })
        if (trial.driver.cancel === undefined) await run.cancel()
        await trial.advance('30s')
        expect(await run.status()).toBe(isAccepted ? 'CANCELLED' : 'COMPLETED')
      })
    }
  }),

  requirement(
    'CRASH-11',
    'an event that is sent around any write wakes who waits for nothing else',
    async (t) => {
      for (const when of ['before', 'after'] as const) {
        await atEveryWrite(t, when, async (trial, disturb) => {
          let isOpen = false
          let isSent = false
          trial.onWrite(async (write) => {
            isOpen ||= write.kind === 'commit' && write.when === 'after'
            const isAwaited = trial.capabilities.events === 'buffered' || isOpen
            if (!disturb(write) || write.kind !== 'commit' || isSent || !isAwaited) return
            isSent = true
            await trial.driver.sendEvent('one', 'go', 'came')
          })
          const run = await trial.launch(async (ctx) => {
            await ctx.step('a', () => {})
            return await ctx.waitForEvent('go')
          })
          if (!isSent) await run.send('go', 'came')
          expect(await run.result()).toBe('came')
        })
      }
    },
  ),
]
