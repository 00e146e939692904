import { describe, expect, it } from 'vitest'
import { outputOf, replay, runPass, type TestWorkflow, untilQuiet } from '../../test/run-pass.js'
import { capabilityOf, type GatedMember } from '../capability-of.js'
import type { DurableContextOps } from '../durable-context.js'

describe('who and what', () => {
  it('the context says which run it is', async () => {
    const running = await runPass(
      (ctx) => [
        ctx.executionId,
        ctx.runNo,
        ctx.workflowName,
        ctx.version,
        ctx.namespace,
        ctx.startedAt.getTime(),
        ctx.tenantId,
        ctx.checkpointToken,
      ],
      { run: { tenantId: 'acme', runNo: 3 } },
    )
    expect(outputOf(running)).toEqual(['order-42', 3, 'test', '1', 'main', 10_000, 'acme', 'token-1'])
  })

  it('the tenant is undefined where there is none', async () => {
    expect(outputOf(await runPass((ctx) => [typeof ctx.tenantId]))).toEqual(['undefined'])
  })

  it('the input is the one that the workflow was given, and what was stored', async () => {
    const running = await runPass((ctx, input) => [ctx.getInput() === input, ctx.getRawInput()])
    expect(outputOf(running)).toEqual([true, '{"cents":700}'])
  })
})

describe('chance', () => {
  it('is the same on every replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const drawn = [ctx.random(), ctx.random(), ctx.randomUUID()]
      await ctx.sleep('s', '1h')
      return [...drawn, ctx.random()]
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual(outputOf(first))
    expect(new Set(outputOf(first) as unknown[]).size).toBe(4)
  })

  it('differs from run to run', async () => {
    const [first, second] = await Promise.all(
      ['a', 'b'].map(async (seed) => outputOf(await runPass((ctx) => ctx.randomUUID(), { run: { seed } }))),
    )
    expect(first).not.toBe(second)
  })
})

describe('the logger', () => {
  it('carries execution and run on every line, and is replaced by configureLogger', async () => {
    const lines: unknown[] = []
    const collect =
      (name: string) =>
      (message: string, data?: object): void =>
        void lines.push([name, message, data])
    const own = { debug: collect('own'), info: collect('own'), warn: collect('own'), error: collect('own') }
    const given = {
      debug: collect('given'),
      info: collect('given'),
      warn: collect('given'),
      error: collect('given'),
    }
    await runPass(
      (ctx) => {
        const { logger } = ctx
        logger.debug('a', { n: 1 })
        ctx.configureLogger({ logger: own })
        logger.error('b')
      },
      { logger: given },
    )
    expect(lines).toEqual([
      ['given', 'a', { executionId: 'order-42', runNo: 1, n: 1 }],
      ['own', 'b', { executionId: 'order-42', runNo: 1 }],
    ])
  })

  it('refuses options that it does not know', async () => {
    const { journal } = await runPass((ctx) => ctx.configureLogger({ level: 'info' } as object))
    expect(journal.ending).toMatchObject({ error: { code: 'VALIDATION' } })
  })

  it('of a step carries step and attempt, and is heard in a replay: a body runs for real', async () => {
    const lines: unknown[] = []
    const line = (message: string, data?: object): void => void lines.push([message, data])
    await runPass((ctx) => ctx.step('charge', (step) => step.logger.info('hello')), {
      logger: { debug: line, info: line, warn: line, error: line },
    })
    expect(lines).toEqual([
      ['hello', { executionId: 'order-42', operationId: expect.any(String), step: 'charge', attempt: 1 }],
    ])
  })
})

describe('what the adapter cannot do', () => {
  const missing = (Object.keys(capabilityOf) as GatedMember[]).filter((member) => member !== 'waitForEvent')

  it.each(missing)('is refused when it is touched, with adapter and capability named: %s', async (member) => {
    const { journal } = await runPass((ctx: DurableContextOps) => void ctx[member])
    expect(journal.ending).toMatchObject({
      error: {
        code: 'UNSUPPORTED_OPERATION',
        data: { details: { adapter: 'array', capability: capabilityOf[member] } },
      },
    })
    expect(journal.rows).toEqual([])
  })

  it('is refused on the context of a step as well', async () => {
    const running = await runPass(async (ctx) => {
      const codes: unknown[] = []
      await ctx.step('a', async (step) => {
        const probes = [
          () => step.http,
          () => step.kv,
          () => step.lastHeartbeatDetails,
          () => step.heartbeat(),
        ]
        for (const probe of probes) {
          try {
            await probe()
          } catch (error) {
            codes.push((error as { code: string }).code)
          }
        }
      })
      return codes
    })
    expect(outputOf(running)).toEqual(Array.from({ length: 4 }, () => 'UNSUPPORTED_OPERATION'))
  })
})

describe('a call', () => {
  it('never throws before it has returned its promise', async () => {
    const running = await runPass(async (ctx) => {
      const promises = [
        ctx.step('', () => 1),
        ctx.tryStep('', () => 1),
        ctx.sleep('', 1),
        ctx.sideEffect('', () => 1),
        ctx.waitForEvent(''),
        ctx.runInChildContext('', () => 1),
      ]
      return (await Promise.allSettled(promises)).map(({ status }) => status)
    })
    expect(new Set(outputOf(running) as string[])).toEqual(new Set(['rejected']))
  })
})
