import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'

/** What is logged of a rejection that nothing in the workflow handles. */
const unheard = /was rejected.*nothing in the workflow handles/

export const rejectionRequirements: readonly ContextRequirement[] = [
  requirement(
    'REJECTION-01',
    'a promise made of a durable one that rejects when the run is cancelled is logged, and the run cleans up',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const late = ctx.sleep('limit', '1h').then(() => 'late')
        const approval = ctx.waitForEvent('approved').finally(() => {})
        await ctx.sleep('nap', '2h').catch(() => {})
        await ctx.step('clean up', () => {})
        await ctx.sleep('linger', '10s')
        await ctx.sleep('linger longer', '10s')
        return Promise.race([late, approval])
      })
      await run.cancel('enough')
      expect(unheardOf(t)).toEqual(['limit', 'approved'])
      await t.restart()
      await t.advance('12s')
      expect(unheardOf(t)).toEqual(['limit', 'approved'])
      await t.advance('12s')
      expect((await run.failure()).code).toBe('EXECUTION_CANCELLED')
      expect(await run.ended()).toContain('clean up SUCCEEDED')
    },
  ),

  requirement(
    'REJECTION-02',
    'a helper that fails while the workflow waits for something else is logged, and may be awaited later',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const helper = async (): Promise<void> => {
          await ctx.step('failing', () => Promise.reject(new Error('boom')))
        }
        const early = helper()
        const timedOut = ctx.waitForEvent('approved', { timeout: '1m' }).then(() => 'approved')
        await ctx.sleep('nap', '5m')
        await ctx.sleep('another', '5m')
        const outcomes = await Promise.allSettled([early, timedOut])
        return outcomes.map(({ status }) => status)
      })
      expect(unheardOf(t)).toEqual(['failing'])
      await t.advance('2m')
      expect(unheardOf(t)).toContain('approved')
      await t.restart()
      await t.advance('5m')
      expect(unheardOf(t)).toEqual(['failing', 'approved'])
      await t.advance('5m')
      expect(await run.result()).toEqual(['rejected', 'rejected'])
    },
  ),

  requirement(
    'REJECTION-03',
    'what a body or a child context leaves behind is logged with its name',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        await ctx.step('careless', () => {
          void Promise.reject(new Error('forgotten in the body'))
        })
        await ctx.runInChildContext('group', async (group) => {
          void group.step('failing', () => Promise.reject(new Error('boom'))).then(() => {})
          await group.sleep('nap', '1m')
        })
        return 'done'
      })
      await t.advance('1m')
      expect(await run.result()).toBe('done')
      expect(unheardOf(t)).toEqual(['careless', 'group'])
    },
  ),
]

/** The operations of the rejections that were logged since this was last asked, each once: a replay logs them again. */
function unheardOf(t: ContextTrial): readonly unknown[] {
  const lines = t.logged.splice(0).filter(({ message }) => unheard.test(message))
  return [...new Set(lines.map(({ data }) => data?.['operation']))]
}
