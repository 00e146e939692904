import { type Codec, defineWorkflow, type Logger, NonRetryableError, retry } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { seal } from '../../test/seal.js'
import { pass, TestClock, untilQuiet } from '../../test/test-clock.js'
import { createEngine } from '../engine.js'
import type { EngineOptions } from '../options.js'
import type { AnyWorkflow } from '../registry.js'

interface Line {
  readonly level: keyof Logger
  readonly message: string
  readonly data: Readonly<Record<string, unknown>> | undefined
}

/** An engine that logs to a list, with a worker. */
async function logging(workflows: readonly unknown[], options: Partial<EngineOptions> = {}) {
  const clock = new TestClock()
  const lines: Line[] = []
  const at =
    (level: keyof Logger): Logger[typeof level] =>
    (message, data) =>
      void lines.push({ level, message, data })
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const engine = createEngine({
    store: memory({ clock }),
    clock,
    logger,
    workflows: workflows as readonly AnyWorkflow[],
    ...options,
  })
  await engine.createWorker().start()
  return { engine, clock, lines }
}

const declined = (): never => {
  throw Object.assign(new Error('card 4711'), { code: 'DECLINED', card: 'CANARY' })
}

const charge = defineWorkflow({ name: 'checkout' }, async (ctx) => {
  await ctx.step('charge', declined, { retry: retry.fixed({ maxAttempts: 2, interval: '1m' }) })
})

describe('what people hear of a run', () => {
  it('is each failed attempt, with its error and the time of the next, and how the run failed', async () => {
    const { engine, clock, lines } = await logging([charge])
    await engine.start(charge, { id: 'order-42' })
    await untilQuiet()
    const next = new Date(clock.now() + 60_000).toISOString()
    await pass(clock, 60_000)
    const run = { workflow: 'checkout', executionId: 'order-42', runNo: 1 }
    const error = { name: 'Error', code: 'DECLINED', message: 'card 4711' }
    expect(lines).toEqual([
      {
        level: 'warn',
        message: `Attempt 1 of step "charge" of execution order-42 (checkout) failed, the next is at ${next}: Error [DECLINED]: card 4711`,
        data: { ...run, step: 'charge', attempt: 1, nextAttemptAt: next, error },
      },
      {
        level: 'warn',
        message:
          'Attempt 2 of step "charge" of execution order-42 (checkout) failed, there is no further attempt: Error [DECLINED]: card 4711',
        data: { ...run, step: 'charge', attempt: 2, error },
      },
      {
        level: 'error',
        message: expect.stringMatching(/^Execution order-42 \(checkout\) FAILED: StepError \[STEP_FAILED\]/),
        data: { ...run, error: expect.objectContaining({ code: 'STEP_FAILED', cause: error }) },
      },
    ])
    await engine.close()
  })

  it('is why it is blocked', async () => {
    const clock = new TestClock()
    const database = memory({ clock })
    const before = defineWorkflow({ name: 'changing' }, async (ctx) => {
      await ctx.step('a', () => {})
      await ctx.sleep('nap', '1m')
    })
    const first = await logging([before], { clock, store: { ...database, close: async () => {} } })
    await first.engine.start(before, { id: 'one' })
    await untilQuiet()
    await first.engine.close()
    const after = defineWorkflow({ name: 'changing' }, async (ctx) => ctx.sleep('a', '1m'))
    const second = await logging([after], { clock, store: database })
    await pass(clock, 60_000)
    expect(first.lines).toEqual([])
    expect(second.lines).toMatchObject([
      {
        level: 'error',
        message: expect.stringMatching(
          /^Execution one \(changing\) is BLOCKED \(NON_DETERMINISTIC\)\. At a /,
        ),
        data: { workflow: 'changing', executionId: 'one', reason: 'NON_DETERMINISTIC' },
      },
    ])
    await second.engine.close()
  })

  it('is nothing where all goes well, and nothing of a step that is not tried again because it was cancelled', async () => {
    const quiet = defineWorkflow({ name: 'quiet' }, async (ctx) => {
      await ctx.step('a', () => {})
      await ctx.sleep('nap', '1h')
    })
    const { engine, lines } = await logging([quiet])
    const run = await engine.start(quiet)
    await untilQuiet()
    await run.cancel('no more')
    await untilQuiet()
    expect(await run.status()).toBe('CANCELLED')
    expect(lines).toEqual([])
    await engine.close()
  })

  it('is that its time was up', async () => {
    const slow = defineWorkflow({ name: 'slow' }, (ctx) => ctx.sleep('nap', '1h'))
    const { engine, clock, lines } = await logging([slow])
    await engine.start(slow, { id: 'one', timeout: '1m' })
    await pass(clock, 90_000)
    expect(lines).toMatchObject([{ level: 'warn', message: 'Execution one (slow) TIMED_OUT' }])
    await engine.close()
  })

  it('is at most ten lines a second for each step, and how many there would have been', async () => {
    const { engine, clock, lines } = await logging([charge])
    for (let index = 0; index < 25; index += 1) await engine.start(charge)
    await untilQuiet()
    expect(lines.map(({ data }) => data?.['attempt'])).toEqual(Array(10).fill(1))
    await pass(clock, 1_000)
    expect(lines.slice(10)).toEqual([
      {
        level: 'warn',
        message: '15 more lines about "charge" of workflow "checkout" within a second',
        data: { workflow: 'checkout', about: 'charge', count: 15 },
      },
    ])
    await engine.close()
  })
})

describe('what is logged', () => {
  const secret = defineWorkflow({ name: 'secret' }, async (ctx, input: { card: string }) => {
    await ctx.step('kept', () => 'CANARY in a result')
    await ctx.sideEffect('made', () => 'CANARY in a side effect')
    await ctx.tryStep('declined', () => {
      throw Object.assign(new Error('CANARY in a message', { cause: new Error('CANARY in a cause') }), {
        code: 'DECLINED',
        card: input.card,
      })
    })
    await ctx.runInChildContext('inner', async (inner) => {
      await inner.step('hopeless', () => {
        throw new NonRetryableError('CANARY in another message')
      })
    })
  })

  async function run(options: Partial<EngineOptions>): Promise<string> {
    const { engine, lines } = await logging([secret], options)
    await engine.start(secret, { id: 'one', input: { card: 'CANARY in a property' } })
    await engine.start(secret, { id: 'two', input: { card: 'CANARY' } })
    await untilQuiet()
    expect(lines.length).toBeGreaterThan(4)
    await engine.close()
    return JSON.stringify(lines)
  }

  it('is never data, a result, an input or a stack', async () => {
    const text = await run({})
    for (const word of ['in a result', 'in a side effect', 'in a property', 'at Object', 'run-log.test'])
      expect(text).not.toContain(word)
    expect(text).toContain('CANARY in a message')
  })

  it('is no message of an error where there is a codec', async () => {
    const text = await run({ codec: seal })
    expect(text).not.toContain('CANARY')
    for (const word of ['DECLINED', 'NON_RETRYABLE', 'CHILD_CONTEXT_FAILED']) expect(text).toContain(word)
  })

  it('is the message of an error that a codec keeps, if that is asked for', async () => {
    const slow: Codec = {
      name: seal.name,
      encode: async (value) => seal.encode(value),
      decode: async (value) => seal.decode(value),
    }
    const text = await run({ codec: slow, logErrorMessages: true })
    expect(text).toContain('CANARY in a message')
    for (const word of ['in a result', 'in a property', 'run-log.test']) expect(text).not.toContain(word)
  })

  it('is no message of an error where that is not wanted', async () => {
    expect(await run({ logErrorMessages: false })).not.toContain('CANARY')
  })
})
