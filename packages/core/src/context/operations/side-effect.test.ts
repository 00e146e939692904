import { describe, expect, it } from 'vitest'
import { outputOf, replay, runPass, type TestWorkflow, untilQuiet } from '../../../test/run-pass.js'

describe('sideEffect', () => {
  it('is run once and recorded', async () => {
    let runs = 0
    const workflow: TestWorkflow = async (ctx) => {
      const drawn = await ctx.sideEffect('draw', () => {
        runs += 1
        return runs
      })
      await ctx.sleep('s', '1h')
      return drawn
    }
    const first = await runPass(workflow)
    expect(first.journal.row('draw')).toMatchObject({
      type: 'STEP',
      subType: 'SideEffect',
      status: 'SUCCEEDED',
    })
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe(1)
    expect(runs).toBe(1)
  })

  it('throws its own error as it is, live and on a replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const error = await ctx
        .sideEffect('draw', () => {
          throw new RangeError('none left')
        })
        .catch((caught: Error) => caught)
      await ctx.sleep('s', '1h')
      return [error.name, error.message]
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    expect([outputOf(first), outputOf(second)]).toEqual([
      ['RangeError', 'none left'],
      ['RangeError', 'none left'],
    ])
  })

  it('fails for good if its value cannot be kept, a promise for instance', async () => {
    const { journal } = await runPass((ctx) => ctx.sideEffect('draw', () => Promise.resolve(1)))
    expect(journal.row('draw')).toMatchObject({ status: 'FAILED', error: { code: 'SERIALIZATION' } })
  })
})
