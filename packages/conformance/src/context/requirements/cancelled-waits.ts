import type { DurableContextOps } from '@perdure/core'
import { isDurableError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'

/** Every way to wait, each of which would end in an hour. */
const waits: Readonly<Record<string, (ctx: DurableContextOps) => Promise<unknown>>> = {
  sleep: (ctx) => ctx.sleep('w', '1h'),
  sleepUntil: (ctx) => ctx.sleepUntil('w', ctx.now().getTime() + 3_600_000),
  event: (ctx) => ctx.waitForEvent('w'),
  'event or nothing': (ctx) => ctx.waitForEvent('w', { timeout: '1h', onTimeout: 'undefined' }),
  retry: (ctx) =>
    ctx.step('w', () => Promise.reject(new Error('boom')), {
      retry: { maxAttempts: 3, initialInterval: '1h', jitter: 'none' },
    }),
  'a wait in a child': (ctx) => ctx.runInChildContext('x', (x) => x.sleep('w', '1h')),
}

export const cancelledWaitRequirements: readonly ContextRequirement[] = [
  requirement(
    'WAITCANCEL-01',
    'a wait of whatever kind rejects with CancelledError when the run is cancelled, live and replayed',
    async (t) => {
      for (const [name, wait] of Object.entries(waits)) {
        const place = await t.another()
        const seen: string[] = []
        const run = await place.launch(async (ctx) => {
          seen.push(await endOf(wait(ctx)))
          await ctx.sleep('linger', '5s')
        })
        await run.cancel()
        await place.restart()
        await place.advance('1m')
        expect((await run.failure()).code).toBe('EXECUTION_CANCELLED')
        expect([name, [...new Set(seen)]]).toEqual([name, ['CANCELLED']])
      }
    },
  ),

  requirement(
    'WAITCANCEL-02',
    'a wait that ends with its context rejects with CancelledError for whoever still awaits it',
    async (t) => {
      for (const [name, wait] of Object.entries(waits)) {
        const place = await t.another()
        const seen: string[] = []
        const run = await place.launch(async (ctx) => {
          await ctx.runInChildContext('group', async (group) => {
            void endOf(wait(group)).then((end) => seen.push(`in the group: ${end}`))
            await group.step('a', () => {})
          })
          void endOf(wait(ctx)).then((end) => seen.push(`in the run: ${end}`))
          await ctx.step('b', () => {})
        })
        await run.result()
        await place.settle()
        expect([name, seen]).toEqual([name, ['in the group: CANCELLED', 'in the run: CANCELLED']])
      }
    },
  ),
]

/** How a wait ended: a typed code, through whatever wraps it. */
async function endOf(wait: Promise<unknown>): Promise<string> {
  try {
    return `resolved with ${JSON.stringify(await wait)}`
  } catch (error) {
    for (let link = error; link instanceof Error; link = link.cause)
      if (isDurableError(link, 'CANCELLED')) return link.code
    return isDurableError(error) ? error.code : String(error)
  }
}
