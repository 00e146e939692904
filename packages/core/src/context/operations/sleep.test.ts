import { describe, expect, it } from 'vitest'
import { outputOf, replay, runPass, type TestWorkflow, untilQuiet } from '../../../test/run-pass.js'
import { capabilities } from '../../capabilities.js'

const dayMs = 86_400_000
const longest = 366 * dayMs

describe('sleep', () => {
  it('records when it ends, by the time of the store, and lets the run go', async () => {
    const { journal } = await runPass((ctx) => ctx.sleep('settle', '90s'))
    expect(journal.row('settle')).toMatchObject({
      type: 'WAIT',
      subType: 'Wait',
      status: 'STARTED',
      dueAt: 100_000,
    })
    expect(journal.isReleased).toBe(true)
  })

  it('does not start again after a crash', async () => {
    const workflow: TestWorkflow = (ctx) => ctx.sleep('settle', '90s')
    const first = await runPass(workflow)
    const second = await replay(workflow, first, {
      prepare: (journal) => Object.assign(journal, { time: 50_000 }),
    })
    expect(second.journal.row('settle')?.dueAt).toBe(100_000)
    second.journal.settle('settle')
    await untilQuiet()
    expect(second.journal.ending?.kind).toBe('completed')
  })

  it('of nothing is recorded all the same', async () => {
    const { journal } = await runPass((ctx) => ctx.sleep('settle', 0))
    expect(journal.row('settle')?.dueAt).toBe(10_000)
  })

  it('lasts at least as long as the shortest wait of the adapter, unless it is of nothing', async () => {
    const limits = { minWaitMs: 1_000 }
    const prepare = (journal: object): void =>
      void Object.assign(journal, {
        capabilities: capabilities({ adapter: 'coarse', events: 'none', limits }),
      })
    const { journal } = await runPass((ctx) => Promise.all([ctx.sleep('a', 1), ctx.sleep('b', 0)]), {
      prepare,
    })
    expect([journal.row('a')?.dueAt, journal.row('b')?.dueAt]).toEqual([11_000, 10_000])
  })

  it.each<[unknown, string]>([
    [longest + 1, 'longer than 366 days'],
    [-1, 'negative'],
    [Number.NaN, 'no number'],
    ['soon', 'no duration'],
  ])('of %s is refused: %s', async (duration) => {
    const { journal } = await runPass((ctx) => ctx.sleep('settle', duration as number))
    expect(journal.ending).toMatchObject({
      error: { code: 'VALIDATION', data: { details: { field: 'duration' } } },
    })
    expect(journal.rows).toEqual([])
  })

  it('of the longest wait is not', async () => {
    const { journal } = await runPass((ctx) => ctx.sleep('settle', longest))
    expect(journal.row('settle')?.dueAt).toBe(10_000 + longest)
  })

  it('is called wait as well', async () => {
    const { journal } = await runPass((ctx) => ctx.wait('settle', '1s'))
    expect(journal.row('settle')?.type).toBe('WAIT')
  })
})

describe('sleepUntil', () => {
  it('takes a Date or milliseconds since the epoch', async () => {
    const { journal } = await runPass((ctx) =>
      Promise.all([ctx.sleepUntil('a', new Date(77_000)), ctx.sleepUntil('b', 88_000)]),
    )
    expect([journal.row('a')?.dueAt, journal.row('b')?.dueAt]).toEqual([77_000, 88_000])
  })

  it('an instant that has passed is recorded all the same', async () => {
    const { journal } = await runPass((ctx) => ctx.sleepUntil('a', 1))
    expect(journal.row('a')).toMatchObject({ status: 'STARTED', dueAt: 1 })
  })

  it('refuses what is no instant, and one that is too far away', async () => {
    for (const date of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      new Date(Number.NaN),
      null,
      10_000 + longest + 1,
    ]) {
      const { journal } = await runPass((ctx) => ctx.sleepUntil('a', date as number))
      expect(journal.ending, String(date)).toMatchObject({ error: { code: 'VALIDATION' } })
    }
  })

  it('refuses on a replay what it refused, however much later that is', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const refused = await ctx.sleepUntil('far', 20_000 + longest).catch(() => 'refused')
      await ctx.sleep('s', '1h')
      return refused
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first, {
      prepare: (journal) => Object.assign(journal, { time: 60_000 }),
    })
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe('refused')
    expect(second.journal.row('far')).toBeUndefined()
  })
})
