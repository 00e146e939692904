import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type ContextRequirement, define } from '../context-trial.js'

export const sentInputRequirements: readonly ContextRequirement[] = [
  requirement('INPUT-09', 'a start that is refused writes nothing', async (t) => {
    const workflow = await t.deploy(async () => 'ran')
    const limit = t.capabilities.limits.maxPayloadBytes
    const starts: [Parameters<typeof t.driver.start>[1], object][] = [
      [{ executionId: '' }, { code: 'VALIDATION' }],
      [{ executionId: 'no spaces' }, { code: 'VALIDATION' }],
      [{ executionId: 'x'.repeat(257) }, { code: 'VALIDATION' }],
      [{ executionId: 'one', timeoutMs: 0 }, { code: 'VALIDATION' }],
      [{ executionId: 'one', input: { callback: () => {} } }, { code: 'SERIALIZATION' }],
      [
        { executionId: 'one', input: 'x'.repeat(limit) },
        { code: 'PAYLOAD_TOO_LARGE', details: { size: limit + 2, limit } },
      ],
    ]
    for (const [options, refusal] of starts) {
      await expect(t.driver.start(workflow, options)).rejects.toMatchObject(refusal)
    }
    await expect(t.driver.status('one')).rejects.toThrow()
    expect(await (await t.start(workflow)).result()).toBe('ran')
  }),

  requirement('INPUT-10', 'a workflow that nobody deployed cannot be started', async (t) => {
    await t.deploy(async () => 'ran')
    const unknown = { ...define(async () => 'never'), name: 'unknown' }
    await expect(t.driver.start(unknown, { executionId: 'one' })).rejects.toMatchObject({
      code: 'UNKNOWN_WORKFLOW',
      details: { workflow: 'unknown' },
    })
  }),

  requirement('INPUT-11', 'the name and the dedupeId of an event that is sent are checked', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go'))
    await expect(run.send('')).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(run.send('go', 1, 'x'.repeat(257))).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(t.driver.sendEvent('no spaces', 'go', 1)).rejects.toMatchObject({ code: 'VALIDATION' })
    expect((await run.history()).some((event) => event.kind === 'MessageReceived')).toBe(false)
  }),

  requirement('INPUT-12', 'an execution id may have 256 of the characters A-Z a-z 0-9 _ . : -', async (t) => {
    const executionId = `Az09_.:-${'x'.repeat(248)}`
    const run = await t.launch(async (ctx) => ctx.executionId, { executionId })
    expect(await run.result()).toBe(executionId)
  }),
]
