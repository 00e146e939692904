import type { Codec } from '@perdure/core'
import { expect } from 'vitest'
import { Counts } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

export const unreadableRequirements: readonly EngineRequirement[] = [
  requirement(
    'LOCKED-01',
    'two hundred runs met by a worker with a wrong key complete under one with the right key: none fails',
    async (t) => {
      const counts = new Counts()
      const code = workflow(async (ctx, name: string) => {
        try {
          await ctx.step('charge', () => counts.add(`charge ${name}`))
          await ctx.waitForEvent('go')
          return await ctx.step('ship', () => name)
        } catch (error) {
          await ctx.step('refund', () => counts.add(`refund ${name}`))
          throw error
        }
      })
      const names = Array.from({ length: 200 }, (_, index) => `run-${index}`)
      const first = await t.process({ workflows: [code], codec: locked('right') })
      const started = await first.engine.startMany(
        code,
        names.map((name) => ({ id: name, input: name })),
      )
      await t.settle()
      first.kill()
      const client = await t.process({ workflows: [code], codec: locked('right'), worker: false })
      for (const { executionId } of started) await client.engine.sendEvent(executionId, 'go')
      const wrong = await t.process({ workflows: [code], codec: locked('wrong') })
      await t.advance('10s')
      const blocked = await client.engine.list({ status: 'BLOCKED', limit: 1_000 })
      expect(blocked.executions).toHaveLength(200)
      expect(blocked.executions[0]?.blocked).toMatchObject({ reason: 'UNREADABLE' })
      wrong.kill()
      await t.process({ workflows: [code], codec: locked('right') })
      await t.advance('10s')
      const completed = await client.engine.list({ status: 'COMPLETED', limit: 1_000 })
      expect(completed.executions).toHaveLength(200)
      for (const name of names)
        expect([counts.of(`charge ${name}`), counts.of(`refund ${name}`)]).toEqual([1, 0])
    },
  ),

  requirement(
    'LOCKED-02',
    'a worker tries such a run once, and does not claim it again and again',
    async (t) => {
      const code = workflow((ctx) => ctx.step('a', () => 1))
      const client = await t.process({ workflows: [code], codec: locked('right'), worker: false })
      await client.engine.start(code, { id: 'one', input: 'secret' })
      const wrong = await t.process({ workflows: [code], codec: locked('wrong') })
      await t.advance('5m')
      expect(wrong.count('commit')).toBe(1)
      const again = await t.process({ workflows: [code], codec: locked('wrong') })
      await t.advance('5m')
      expect([wrong.count('commit'), again.count('commit')]).toEqual([1, 1])
    },
  ),

  requirement(
    'LOCKED-03',
    'all that are blocked for one reason, or of one workflow, are unblocked together',
    async (t) => {
      const code = workflow(async (_ctx, name: string) => name)
      const other = workflow(async (_ctx, name: string) => name, { name: 'other' })
      const client = await t.process({ workflows: [code, other], codec: locked('right'), worker: false })
      for (const name of ['a', 'b', 'c']) await client.engine.start(code, { id: name, input: name })
      await client.engine.start(other, { id: 'd', input: 'd' })
      const keys = { current: 'wrong' }
      const codec: Codec = { ...locked('right'), decode: (value) => locked(keys.current).decode(value) }
      await t.process({ workflows: [code, other], codec })
      await t.advance('1s')
      keys.current = 'right'
      const { engine } = client
      expect(await engine.unblock({ reason: 'NON_DETERMINISTIC' })).toBe(0)
      expect(await engine.unblock({ reason: 'UNREADABLE', workflow: 'other' })).toBe(1)
      expect(await engine.unblock({ workflow: 'trial' })).toBe(3)
      await t.advance('1s')
      expect((await engine.list({ status: 'COMPLETED' })).executions).toHaveLength(4)
      await expect(engine.unblock({ reason: 'NO_SUCH' as never })).rejects.toMatchObject({
        code: 'VALIDATION',
      })
    },
  ),
]

/** Reads only what it has written with the same key. */
function locked(key: string): Codec {
  return {
    name: 'locked',
    encode: (value) => ({ format: 'locked', data: `${key}:${JSON.stringify(value ?? null)}` }),
    decode: ({ data }) => {
      const text = String(data)
      if (!text.startsWith(`${key}:`)) throw new Error('wrong key')
      return JSON.parse(text.slice(key.length + 1))
    },
  }
}
