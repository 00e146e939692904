import type { Logger, ReplayLogging } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial, LogLine } from '../context-trial.js'

export const loggingRequirements: readonly ContextRequirement[] = [
  requirement('LOG-01', 'a line of the workflow is written once, however often it is replayed', async (t) => {
    const run = await t.launch(async (ctx) => {
      ctx.logger.info('top')
      await ctx.step('a', () => {})
      ctx.logger.info('after a')
      await ctx.sleep('nap', '1m')
      ctx.logger.info('after the nap')
      await ctx.runInChildContext('x', async (x) => {
        x.logger.info('in x')
        await x.sleep('nap', '1m')
        x.logger.info('in x, after the nap')
      })
      ctx.logger.info('end')
    })
    for (let round = 0; round < 2; round += 1) {
      await t.restart()
      await t.advance('1m')
    }
    await run.result()
    const lines = ['top', 'after a', 'after the nap', 'in x', 'in x, after the nap', 'end']
    expect(t.messages('info')).toEqual(lines)
  }),

  requirement(
    'LOG-02',
    'what follows the last recorded operation is written in the pass that gets there',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const nap = ctx.sleep('nap', '1m')
        ctx.logger.info('before the nap ends')
        await nap
        ctx.logger.info('after')
      })
      expect(t.messages('info')).toEqual(['before the nap ends'])
      await t.restart()
      expect(t.messages('info')).toEqual(['before the nap ends'])
      await t.advance('1m')
      await run.result()
      expect(t.messages('info')).toEqual(['before the nap ends', 'after'])
    },
  ),

  requirement('LOG-03', 'configureLogger decides by level what is said while replaying', async (t) => {
    const expected: Readonly<Record<ReplayLogging, readonly string[]>> = {
      none: [],
      errors: ['error'],
      warnings: ['warn', 'error'],
      all: ['debug', 'info', 'warn', 'error'],
    }
    for (const replay of Object.keys(expected) as ReplayLogging[]) {
      expect(await saidInReplay(await t.another(), replay)).toEqual(expected[replay])
    }
  }),

  requirement(
    'LOG-04',
    'configureLogger replaces the logger, for all contexts of the workflow',
    async (t) => {
      const own: string[] = []
      const logger: Logger = {
        debug: (message) => void own.push(message),
        info: (message) => void own.push(message),
        warn: (message) => void own.push(message),
        error: (message) => void own.push(message),
      }
      const run = await t.launch(async (ctx) => {
        ctx.logger.info('before')
        ctx.configureLogger({ logger })
        ctx.logger.info('after')
        await ctx.runInChildContext('x', async (x) => x.logger.warn('in x'))
      })
      await run.result()
      expect(t.messages('info')).toEqual(['before'])
      expect(own).toEqual(['after', 'in x'])
    },
  ),

  requirement('LOG-05', 'every line carries the execution, the context, and its own data', async (t) => {
    const run = await t.launch(async (ctx) => {
      ctx.logger.info('outside', { cents: 5 })
      await ctx.runInChildContext('x', (x) => x.runInChildContext('y', async (y) => y.logger.warn('inside')))
    })
    await run.result()
    expect(lineOf(t, 'outside').data).toMatchObject({ executionId: 'one', runNo: 1, cents: 5 })
    expect(lineOf(t, 'inside')).toMatchObject({ level: 'warn', data: { executionId: 'one', parent: 'x/y' } })
  }),

  requirement(
    'LOG-06',
    'the logger of a body writes whenever the body runs, with step and attempt',
    async (t) => {
      const run = await t.launch((ctx) =>
        ctx.step(
          'a',
          ({ logger, attempt }) => {
            logger.info('runs', { more: true })
            if (attempt === 1) throw new Error('again')
          },
          { retry: { maxAttempts: 2, initialInterval: '1m', jitter: 'none' } },
        ),
      )
      await t.restart()
      await t.advance('1m')
      await run.result()
      expect(t.logged.filter(({ message }) => message === 'runs').map(({ data }) => data)).toMatchObject([
        { executionId: 'one', step: 'a', attempt: 1, more: true },
        { executionId: 'one', step: 'a', attempt: 2, more: true },
      ])
    },
  ),

  requirement('LOG-07', 'a workflow that waits for what is not durable is warned of', async (t) => {
    const run = await t.launch(() => new Promise<void>(() => {}))
    expect(t.messages('warn')).toEqual([])
    await t.advance('1m')
    expect(await run.status()).toBe('RUNNING')
    expect(t.messages('warn')).toEqual([expect.stringContaining('not durable')])
  }),

  requirement(
    'LOG-08',
    'a body that runs for very long is warned of by name, once, and one that outlasts its context as well',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        void ctx.step('hangs', () => new Promise<void>(() => {}))
        await ctx.sleep('nap', '10m')
        return 'done'
      })
      const about = (): readonly string[] =>
        t.messages('warn').filter((message) => message.includes('"hangs"'))
      await t.advance('5m')
      expect(about()).toEqual([
        expect.stringMatching(/"hangs" of execution one has been running for more than/),
      ])
      await t.advance('6m')
      expect(await run.result()).toBe('done')
      expect(about()).toHaveLength(2)
      expect(about().at(-1)).toContain('after its context has ended')
    },
  ),
]

function lineOf(t: ContextTrial, message: string): LogLine {
  const line = t.logged.find((each) => each.message === message)
  if (line === undefined) throw new Error(`"${message}" was not logged`)
  return line
}

/** Which of four lines, one per level, a replay repeats. */
async function saidInReplay(t: ContextTrial, replay: ReplayLogging): Promise<readonly string[]> {
  const run = await t.launch(async (ctx) => {
    ctx.configureLogger({ replay })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) ctx.logger[level](level)
    await ctx.sleep('nap', '1m')
  })
  t.logged.length = 0
  await t.restart()
  await t.advance('1m')
  await run.result()
  return t.logged.map(({ message }) => message)
}
