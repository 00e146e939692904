import { type Codec, hasCapability, type StandardSchemaV1 } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

const naps = workflow(async (ctx, input: number) => {
  await ctx.sleep('nap', '1m')
  return input
})

export const startValueRequirements: readonly EngineRequirement[] = [
  requirement(
    'STARTING-11',
    'input and output are checked by their schemas, and arrive as those give them',
    async (t) => {
      const checked = workflow(async (_ctx, input: string) => (input === 'BAD' ? 7 : `${input}!`), {
        input: schema((value) => (typeof value === 'string' ? value.toUpperCase() : undefined)),
        output: schema((value) => (typeof value === 'string' ? [value] : undefined)),
      })
      const { engine } = await t.process({ workflows: [checked] })
      await expect(engine.start('trial', { id: 'refused', input: 5 })).rejects.toMatchObject({
        code: 'VALIDATION',
      })
      await expect(engine.get('refused')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
      const good = await engine.start('trial', { id: 'good', input: 'hi' })
      const bad = await engine.start('trial', { id: 'bad', input: 'bad' })
      await t.settle()
      expect(await good.result()).toEqual(['HI!'])
      await expect(bad.result()).rejects.toMatchObject({
        code: 'EXECUTION_FAILED',
        cause: { code: 'VALIDATION' },
      })
    },
  ),

  requirement(
    'STARTING-12',
    'the codec of a workflow writes and reads its input, events, results and output',
    async (t) => {
      const seen = new Set<string>()
      const codec: Codec = {
        name: 'hex',
        encode: (value) => ({ format: 'hex', data: Buffer.from(JSON.stringify(value)).toString('hex') }),
        decode: ({ format, data }) => {
          seen.add(format)
          return JSON.parse(Buffer.from(String(data), 'hex').toString())
        },
      }
      const coded = workflow(
        async (ctx, input: string) => [
          input,
          await ctx.waitForEvent('go'),
          await ctx.step('a', () => 'result'),
        ],
        { codec },
      )
      const { engine } = await t.process({ workflows: [coded] })
      const run = await engine.start(coded, { id: 'one', input: 'input' })
      await run.sendEvent('go', 'event')
      await t.settle()
      expect(await run.result()).toEqual(['input', 'event', 'result'])
      expect([...seen]).toEqual(['hex'])
    },
  ),

  requirement(
    'STARTING-13',
    'a start option that the adapter lacks is refused by its capability',
    async (t) => {
      const { engine } = await t.process({ workflows: [naps] })
      const { capabilities } = t.store
      for (const [option, capability] of [
        ['tx', 'transactions'],
        ['searchAttributes', 'search'],
      ] as const) {
        if (hasCapability(capabilities, capability)) continue
        const options = { id: 'one', input: 1, [option]: {} }
        await expect(engine.start(naps, options)).rejects.toMatchObject({
          code: 'UNSUPPORTED_OPERATION',
          details: { adapter: capabilities.adapter, capability },
        })
      }
      await expect(engine.get('one')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
    },
  ),
]

/** A schema that refuses what `parse` answers undefined for. */
function schema(parse: (value: unknown) => unknown): StandardSchemaV1 {
  const validate = (value: unknown): { value: unknown } | { issues: { message: string }[] } => {
    const parsed = parse(value)
    return parsed === undefined ? { issues: [{ message: 'not what it should be' }] } : { value: parsed }
  }
  return { '~standard': { version: 1, vendor: 'trial', validate } }
}
