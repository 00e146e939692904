import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type ContextRequirement, define } from '../context-trial.js'

export const sentInputRequirements: readonly ContextRequirement[] = [
  requirement('INPUT-09', 'a start that is refused writes nothing', async (t) => {
    const workflow = await t.deploy(async () => 'ran')
    const limit = t.capabilities.limits.maxPayloadBytes
    const starts: [Parameters<typeof t.driver.start>[1], object][] = [
      [{ executionId: '' }, { code: 'VALIDATION' }],
      [{ executionId: 'no blank at the ends ' }, { code: 'VALIDATION' }],
      [{ executionId: 'x'.repeat(201) }, { code: 'VALIDATION' }],
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
    await expect(t.driver.sendEvent('a blank end ', 'go', 1)).rejects.toMatchObject({ code: 'VALIDATION' })
    expect((await run.history()).some((event) => event.kind === 'MessageReceived')).toBe(false)
  }),

  requirement('INPUT-12', 'an execution id may have 200 printable ASCII characters', async (t) => {
    const executionId = `/ada+bob@example.org?q="100%" it's ~ok`.padEnd(200, 'x')
    const keys: string[] = []
    const run = await t.launch(
      async (ctx) => {
        await ctx.step('a', ({ idempotencyKey }) => keys.push(idempotencyKey))
        return ctx.executionId
      },
      { executionId },
    )
    expect(await run.result()).toBe(executionId)
    expect(keys).toEqual([expect.stringMatching(/^\/ada\+bob.*x\/1\/[\w-]+$/)])
  }),
]
