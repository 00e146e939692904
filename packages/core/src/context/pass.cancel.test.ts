import { describe, expect, it } from 'vitest'
import { type Gate, gate, replay, runPass, type TestWorkflow, untilQuiet } from '../../test/run-pass.js'
import type { DurableContextOps } from '../durable-context.js'

/** The code of what a promise rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}

describe('a cancel that was delivered inside of a child context', () => {
  /** What came of the child and of the clean-up, for each pass. */
  function cleaning(seen: unknown[], cancelled: (ctx: DurableContextOps) => Promise<unknown>): TestWorkflow {
    return async (ctx) => {
      const child = await codeOf(ctx.runInChildContext('child', cancelled))
      seen.push([child, await codeOf(ctx.step('clean up', () => {}))])
      await ctx.sleep('later', '1h')
    }
  }

  it('is not delivered again on replay, where that context is closed', async () => {
    const seen: unknown[] = []
    const workflow = cleaning(seen, (ctx) => ctx.waitForEvent('approved'))
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    await replay(workflow, first)
    expect(seen).toEqual([
      ['CHILD_CONTEXT_FAILED', 'no error'],
      ['CHILD_CONTEXT_FAILED', 'no error'],
    ])
  })

  it('is not, if that context caught it', async () => {
    const seen: unknown[] = []
    const workflow = cleaning(seen, (ctx) => codeOf(ctx.waitForEvent('approved')))
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    await replay(workflow, first)
    expect(seen).toEqual([
      ['no error', 'no error'],
      ['no error', 'no error'],
    ])
  })

  it('is not, if contexts were closed one by one, with a crash after each', async () => {
    const seen: unknown[] = []
    const outer: Gate[] = []
    const workflow = cleaning(seen, async (ctx) => {
      await codeOf(ctx.runInChildContext('inner', (inner) => inner.waitForEvent('approved')))
      const next = gate()
      outer.push(next)
      await ctx.step('slow', () => next.promise)
    })
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    const second = await replay(workflow, first)
    outer[1]?.open()
    await untilQuiet()
    await replay(workflow, second)
    expect(seen).toEqual([
      ['no error', 'no error'],
      ['no error', 'no error'],
    ])
  })

  it('is not, if it was called only after the cancel', async () => {
    const seen: unknown[] = []
    const outside = gate()
    const workflow: TestWorkflow = async (ctx) => {
      await outside.promise
      return cleaning(seen, (inner) => inner.waitForEvent('approved'))(ctx, undefined)
    }
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    outside.open()
    await untilQuiet()
    await replay(workflow, first)
    expect(seen).toEqual([
      ['CHILD_CONTEXT_FAILED', 'no error'],
      ['CHILD_CONTEXT_FAILED', 'no error'],
    ])
  })
})

describe('a cancel that no child context took', () => {
  it('is delivered to the next operation, on replay too', async () => {
    const seen: unknown[] = []
    const outside = gate()
    const workflow: TestWorkflow = async (ctx) => {
      await ctx.runInChildContext('child', async () => outside.promise)
      seen.push(await codeOf(ctx.step('next', () => {})), await codeOf(ctx.step('clean up', () => {})))
      await ctx.sleep('later', '1h')
    }
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    outside.open()
    await untilQuiet()
    await replay(workflow, first)
    expect(seen).toEqual(['CANCELLED', 'no error', 'CANCELLED', 'no error'])
  })
})

describe('a cancel that is replayed', () => {
  it('is delivered after the input was decoded, however long that takes: to all that is open', async () => {
    const seen: unknown[] = []
    const workflow: TestWorkflow = async (ctx) => {
      const both = [ctx.sleep('a', '1h'), ctx.sleep('b', '2h')]
      seen.push(await Promise.all(both.map(codeOf)))
      await ctx.waitForEvent('later')
    }
    const codec = {
      name: 'slow',
      encode: (value: unknown) => ({ format: 'slow', data: JSON.stringify(value) }),
      decode: async () => {
        for (let turn = 0; turn < 3; turn += 1) await untilQuiet()
      },
    }
    const first = await runPass(workflow)
    first.journal.cancel()
    await untilQuiet()
    const run = { input: { format: 'slow', data: '1' } }
    const second = await replay(workflow, first, { codec, run })
    for (let turn = 0; turn < 5; turn += 1) await untilQuiet()
    expect(seen).toEqual([
      ['CANCELLED', 'CANCELLED'],
      ['CANCELLED', 'CANCELLED'],
    ])
    expect(second.lines).toEqual([])
  })
})
