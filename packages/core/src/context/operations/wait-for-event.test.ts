import { describe, expect, it } from 'vitest'
import { outputOf, replay, runPass, type TestWorkflow, untilQuiet } from '../../../test/run-pass.js'
import { capabilities } from '../../capabilities.js'
import type { StandardSchemaV1 } from '../../standard-schema.js'

const payload = { value: { format: 'json', data: '{"by":"Ada"}' } }

/** Takes numbers only, and doubles them. */
const doubled: StandardSchemaV1<number, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) =>
      typeof value === 'number' ? { value: value * 2 } : { issues: [{ message: 'not a number' }] },
  },
}

describe('waitForEvent', () => {
  it('opens a wait under the name of the event and gives the payload', async () => {
    const running = await runPass((ctx) => ctx.waitForEvent('approved'))
    expect(running.journal.row('approved')).toMatchObject({
      type: 'CALLBACK',
      subType: 'WaitForEvent',
      status: 'STARTED',
      dueAt: null,
    })
    running.journal.settle('approved', 'SUCCEEDED', payload)
    await untilQuiet()
    expect(outputOf(running)).toEqual({ by: 'Ada' })
  })

  it('gives undefined where the sender gave nothing', async () => {
    const running = await runPass(async (ctx) => [typeof (await ctx.waitForEvent('approved'))])
    running.journal.settle('approved')
    await untilQuiet()
    expect(outputOf(running)).toEqual(['undefined'])
  })

  it('records when it times out, and rejects then with name, time and execution', async () => {
    const running = await runPass((ctx) => ctx.waitForEvent('approved', { timeout: '7d' }))
    expect(running.journal.row('approved')?.dueAt).toBe(10_000 + 7 * 86_400_000)
    running.journal.settle('approved', 'TIMED_OUT')
    await untilQuiet()
    expect(running.journal.ending).toMatchObject({
      error: { code: 'EVENT_TIMEOUT', data: { details: { name: 'approved', timeoutMs: 604_800_000 } } },
    })
  })

  it('gives undefined on a timeout where that is asked for', async () => {
    const options = { timeout: '1s', onTimeout: 'undefined' } as const
    const running = await runPass(async (ctx) => [(await ctx.waitForEvent('approved', options)) ?? 'nothing'])
    running.journal.settle('approved', 'TIMED_OUT')
    await untilQuiet()
    expect(outputOf(running)).toEqual(['nothing'])
  })

  it('answers the same from the journal', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const approved = await ctx.waitForEvent('approved')
      const rejected = await ctx.waitForEvent('rejected', { timeout: 1, onTimeout: 'undefined' })
      await ctx.sleep('s', '1h')
      return [approved, rejected ?? 'nothing']
    }
    const first = await runPass(workflow)
    first.journal.settle('approved', 'SUCCEEDED', payload)
    await untilQuiet()
    first.journal.settle('rejected', 'TIMED_OUT')
    await untilQuiet()
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual([{ by: 'Ada' }, 'nothing'])
  })

  it('checks a declared event when it arrives, and gives what the schema makes of it', async () => {
    const events = { amount: doubled }
    const good = await runPass((ctx) => ctx.waitForEvent('amount'), { events })
    const bad = await runPass((ctx) => ctx.waitForEvent('amount'), { events })
    good.journal.settle('amount', 'SUCCEEDED', { value: { format: 'json', data: '21' } })
    bad.journal.settle('amount', 'SUCCEEDED', { value: { format: 'json', data: '"21"' } })
    await untilQuiet()
    expect(outputOf(good)).toBe(42)
    expect(bad.journal.ending).toMatchObject({ error: { code: 'VALIDATION' } })
  })

  it('takes no schema from the prototype of the declared events', async () => {
    const running = await runPass((ctx) => ctx.waitForEvent('toString'), { events: {} })
    running.journal.settle('toString', 'SUCCEEDED', payload)
    await untilQuiet()
    expect(outputOf(running)).toEqual({ by: 'Ada' })
  })

  it.each<[string, object]>([
    ['options.timeout', { timeout: -1 }],
    ['options.timeout', { timeout: 367 * 86_400_000 }],
    ['options.onTimeout', { onTimeout: 'ignore' }],
    ['options.tiemout', { tiemout: 1 }],
  ])('refuses %s by name', async (field, options) => {
    const { journal } = await runPass((ctx) => ctx.waitForEvent('approved', options))
    expect(journal.ending).toMatchObject({ error: { code: 'VALIDATION', data: { details: { field } } } })
    expect(journal.rows).toEqual([])
  })

  it('is refused by name where the adapter has no events', async () => {
    const prepare = (journal: object): void =>
      void Object.assign(journal, { capabilities: capabilities({ adapter: 'mute', events: 'none' }) })
    const { journal } = await runPass((ctx) => ctx.waitForEvent('approved'), { prepare })
    expect(journal.ending).toMatchObject({
      error: { code: 'UNSUPPORTED_OPERATION', data: { details: { adapter: 'mute', capability: 'events' } } },
    })
  })
})
