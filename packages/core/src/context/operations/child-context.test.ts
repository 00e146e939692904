import { describe, expect, it } from 'vitest'
import { outputOf, replay, runPass, type TestWorkflow, untilQuiet } from '../../../test/run-pass.js'
import type { Codec } from '../../codec.js'

describe('runInChildContext', () => {
  it('records one outcome for the group, after what is in it', async () => {
    const running = await runPass((ctx) =>
      ctx.runInChildContext('group', async (group) => {
        const a = await group.step('a', () => 1)
        return a + (await group.step('b', () => 2))
      }),
    )
    expect(outputOf(running)).toBe(3)
    const [group, a, b] = running.journal.rows
    expect(group).toMatchObject({
      name: 'group',
      type: 'CONTEXT',
      subType: 'RunInChildContext',
      settleSeq: 3,
    })
    expect([a?.parentId, b?.parentId]).toEqual([group?.operationId, group?.operationId])
  })

  it('gives names of their own to its operations: the same one may be used inside and outside', async () => {
    const running = await runPass(async (ctx) => [
      await ctx.step('same', () => 'outer'),
      await ctx.runInChildContext('group', (group) => group.step('same', () => 'inner')),
      await ctx.runInChildContext('group', (group) => group.step('same', () => 'second')),
    ])
    expect(outputOf(running)).toEqual(['outer', 'inner', 'second'])
  })

  it('answers from the journal once it has ended: its function is not run again', async () => {
    let runs = 0
    const workflow: TestWorkflow = async (ctx) => {
      const sum = await ctx.runInChildContext('group', async (group) => {
        runs += 1
        return group.step('a', () => 41)
      })
      await ctx.sleep('s', '1h')
      return Number(sum) + 1
    }
    const first = await runPass(workflow)
    // What lies under a closed context is not loaded.
    const rows = first.journal.rows.filter(({ parentId }) => parentId === null)
    const second = await runPass(workflow, { rows })
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe(42)
    expect(runs).toBe(1)
    expect(second.lines).toEqual([])
  })

  it('goes on inside where it stopped', async () => {
    const bodies: string[] = []
    const workflow: TestWorkflow = (ctx) =>
      ctx.runInChildContext('group', async (group) => {
        await group.step('before', () => bodies.push('before'))
        await group.sleep('s', '1h')
        return group.step('after', () => bodies.push('after'))
      })
    const second = await replay(workflow, await runPass(workflow))
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe(2)
    expect(bodies).toEqual(['before', 'after'])
  })

  it('fails with what its function threw as the cause, live and on a replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const error = await ctx
        .runInChildContext('group', () => Promise.reject(new RangeError('too much')))
        .catch((caught: Error & { code: string }) => caught)
      await ctx.sleep('s', '1h')
      const { code, message, cause } = error as unknown as { code: string; message: string; cause: Error }
      return [code, message, cause.name]
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    const expected = [
      'CHILD_CONTEXT_FAILED',
      'Child context "group" of execution order-42 failed: too much',
      'RangeError',
    ]
    expect([outputOf(first), outputOf(second)]).toEqual([expected, expected])
  })

  it('fails if its result cannot be kept', async () => {
    const { journal } = await runPass((ctx) => ctx.runInChildContext('group', () => () => 1))
    expect(journal.row('group')).toMatchObject({ status: 'FAILED', error: { code: 'SERIALIZATION' } })
  })

  it('may be synchronous, and may throw so', async () => {
    expect(outputOf(await runPass((ctx) => ctx.runInChildContext('group', () => 7)))).toBe(7)
    const thrown = await runPass((ctx) =>
      ctx.runInChildContext('group', () => {
        throw new Error('boom')
      }),
    )
    expect(thrown.journal.row('group')?.status).toBe('FAILED')
  })

  it('draws random numbers of its own, so that a closed one takes none from its siblings', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      await ctx.runInChildContext('first', (inner) => inner.random())
      const drawn = [ctx.random(), await ctx.runInChildContext('second', (inner) => inner.random())]
      await ctx.sleep('s', '1h')
      return drawn
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual(outputOf(first))
  })

  it('names itself on the lines of its logger', async () => {
    const lines: unknown[] = []
    const line = (_: string, data?: object): void => void lines.push(data)
    await runPass(
      (ctx) =>
        ctx.runInChildContext('outer', (outer) =>
          outer.runInChildContext('inner', ({ logger }) => logger.info('x')),
        ),
      { logger: { debug: line, info: line, warn: line, error: line } },
    )
    expect(lines).toEqual([{ executionId: 'order-42', runNo: 1, parent: 'outer/inner' }])
  })

  it('has its result written by a codec of its own, and an id that outlives a new name', async () => {
    const codec: Codec = {
      name: 'own',
      encode: (value) => ({ format: 'own', data: JSON.stringify(value) }),
      decode: (value) => JSON.parse(String(value.data)),
    }
    const first = await runPass(async (ctx) => {
      await ctx.runInChildContext('old', () => 'kept', { codec })
      await ctx.sleep('s', '1h')
    })
    expect(first.journal.row('old')?.value?.format).toBe('own')
    const second = await replay(async (ctx) => {
      const kept = await ctx.runInChildContext('new', () => 'again', { codec, id: 'old' })
      await ctx.sleep('s', '1h')
      return kept
    }, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe('kept')
  })

  it('refuses options that it does not know', async () => {
    const { journal } = await runPass((ctx) =>
      ctx.runInChildContext('group', () => 1, { retry: 3 } as object),
    )
    expect(journal.ending).toMatchObject({
      error: { code: 'VALIDATION', data: { details: { field: 'options.retry' } } },
    })
  })
})
