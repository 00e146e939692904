import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import type { Launched } from '../launched.js'
import { Counts } from '../scenes.js'

export const changeRequirements: readonly ContextRequirement[] = [
  requirement(
    'CHANGE-01',
    'another kind of operation under a recorded name blocks the run, naming both',
    async (t) => {
      const { run } = await blocked(t)
      const { status, blocked: reason } = await run.describe()
      expect(status).toBe('BLOCKED')
      expect(reason?.reason).toBe('NON_DETERMINISTIC')
      for (const side of ['STEP', 'WAIT', '"a"']) expect(reason?.message).toContain(side)
    },
  ),

  requirement('CHANGE-02', 'user code sees nothing of it, and nothing more is started', async (t) => {
    const { seen } = await blocked(t)
    expect(seen).toEqual([])
  }),

  requirement('CHANGE-03', 'nothing recorded is lost: code that fits goes on', async (t) => {
    const { run, runs, fitting } = await blocked(t)
    await t.deploy(fitting)
    expect(await run.result()).toEqual([1, 1])
    expect([runs.of('a'), runs.of('after')]).toEqual([1, 1])
  }),

  requirement('CHANGE-04', 'code that does not fit either leaves it blocked', async (t) => {
    const { run, misfit, fitting } = await blocked(t)
    await t.deploy(misfit)
    expect(await run.status()).toBe('BLOCKED')
    await t.deploy(fitting)
    expect(await run.result()).toEqual([1, 1])
  }),

  requirement('CHANGE-05', 'a step and a side effect are not the same kind', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.step('a', () => 1)
      await ctx.sleep('nap', '1m')
    })
    await t.deploy(async (ctx) => {
      await ctx.sideEffect('a', () => 1)
      await ctx.sleep('nap', '1m')
    })
    await t.advance('1m')
    expect((await run.describe()).blocked?.reason).toBe('NON_DETERMINISTIC')
  }),

  requirement('CHANGE-06', 'another kind under a name that is still open blocks as well', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go', { timeout: '1m' }))
    await t.deploy((ctx) => ctx.sleep('go', '1m'))
    await t.advance('1m')
    expect((await run.describe()).blocked?.reason).toBe('NON_DETERMINISTIC')
  }),

  requirement('CHANGE-07', 'a recorded operation that finished code never called is warned of', async (t) => {
    const run = await t.launch(async (ctx) => {
      await ctx.step('removed', () => 1)
      await ctx.sleep('nap', '1m')
    })
    await t.deploy(async (ctx) => {
      await ctx.sleep('nap', '1m')
      return 'done'
    })
    await t.advance('1m')
    expect(await run.result()).toBe('done')
    const warnings = t.messages('warn').filter((message) => message.includes('"removed"'))
    expect(warnings).toHaveLength(1)
  }),

  requirement(
    'CHANGE-08',
    "with onUnvisited 'block' it blocks the run until code that fits comes along",
    async (t) => {
      const options = { onUnvisited: 'block' } as const
      const original = async (ctx: Parameters<Parameters<typeof t.deploy>[0]>[0]): Promise<string> => {
        const result = await ctx.step('removed', () => 'still here')
        await ctx.sleep('nap', '1m')
        return result
      }
      const run = await t.launch(original, { workflow: options })
      await t.deploy((ctx) => ctx.sleep('nap', '1m'), options)
      await t.advance('1m')
      const { status, blocked: reason } = await run.describe()
      expect(status).toBe('BLOCKED')
      expect(reason?.message).toContain('"removed"')
      await t.deploy(original, options)
      expect(await run.result()).toBe('still here')
    },
  ),

  requirement(
    'CHANGE-09',
    'a wait that finished code never called is closed with the run, and warned of',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        void ctx.sleep('removed', '1h')
        await ctx.sleep('nap', '1m')
      })
      await t.deploy(async (ctx) => {
        await ctx.sleep('nap', '1m')
        return 'done'
      })
      await t.advance('1m')
      expect(await run.result()).toBe('done')
      expect(await run.ended()).toEqual(['nap SUCCEEDED', 'removed CANCELLED'])
      expect(t.messages('warn').filter((message) => message.includes('"removed"'))).toHaveLength(1)
    },
  ),
]

type Part = Parameters<ContextTrial['deploy']>[0]

interface Blocked {
  readonly run: Launched<unknown>
  readonly runs: Counts
  /** What the code that does not fit noticed, and did. */
  readonly seen: string[]
  readonly fitting: Part
  readonly misfit: Part
}

/** An execution with a step "a", deployed again with a sleep "a" and woken. */
async function blocked(t: ContextTrial): Promise<Blocked> {
  const runs = new Counts()
  const seen: string[] = []
  const fitting: Part = async (ctx) => {
    const a = await ctx.step('a', () => runs.add('a'))
    await ctx.sleep('nap', '1m')
    return [a, await ctx.step('after', () => runs.add('after'))]
  }
  const misfit: Part = async (ctx) => {
    try {
      await Promise.all([ctx.sleep('a', '1m'), ctx.step('beside', () => void seen.push('body'))])
      seen.push('after')
    } catch {
      seen.push('catch')
    } finally {
      seen.push('finally')
    }
  }
  const run = await t.launch(fitting)
  await t.deploy(misfit)
  await t.advance('1m')
  return { run, runs, seen, fitting, misfit }
}
