import type { ExecutionStatus } from '@perdure/core'
import type { Engine } from '@perdure/engine'
import { expect } from 'vitest'
import { gate } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, type EngineTrial, leaseMs, workflow } from '../engine-trial.js'

export const shownRequirements: readonly EngineRequirement[] = [
  requirement(
    'SHOWN-01',
    'a run that nobody has code for is shown BLOCKED, and so it is when its lease has run out',
    async (t) => {
      const engine = await withoutCode(t)
      const { executions } = await engine.list()
      expect(executions).toMatchObject([
        { executionId: 'begun', status: 'BLOCKED', blocked: { reason: 'MISSING_HANDLER' } },
        { executionId: 'new', status: 'BLOCKED', blocked: { reason: 'MISSING_HANDLER' } },
      ])
      expect(await (await engine.get('begun')).status()).toBe('BLOCKED')
    },
  ),

  requirement(
    'SHOWN-02',
    'a list of some statuses holds what is shown with them, and nothing else',
    async (t) => {
      const engine = await withoutCode(t)
      expect(await listed(engine, 'BLOCKED')).toEqual(['begun', 'new'])
      for (const status of ['PENDING', 'RUNNING', 'SUSPENDED', 'FAILED'] as const)
        expect(await listed(engine, status), status).toEqual([])
    },
  ),

  requirement('SHOWN-03', 'a run whose lease is over is not shown RUNNING', async (t) => {
    const holder = await t.process({ workflows: [hangs] })
    await holder.engine.start(hangs, { id: 'one' })
    await t.settle()
    const { engine } = await t.process({ worker: false })
    expect([await listed(engine, 'RUNNING'), await listed(engine, 'PENDING')]).toEqual([['one'], []])
    holder.kill()
    t.clock.advance(leaseMs)
    expect([await listed(engine, 'RUNNING'), await listed(engine, 'PENDING')]).toEqual([[], ['one']])
    expect(await (await engine.get('one')).status()).toBe('PENDING')
  }),

  requirement(
    'SHOWN-04',
    'pages of what is shown with a status hold each execution once, whatever lies between',
    async (t) => {
      const other = workflow(async () => {}, { name: 'other' })
      const { engine } = await t.process({ workflows: [other], worker: { concurrency: 1 } })
      const client = await t.process({ worker: false })
      const unknown = Array.from({ length: 7 }, (_, index) => `unknown-${index}`)
      for (const id of unknown) {
        await client.engine.start('gone', { id })
        await engine.start(other, { id: `other-${id}` })
        t.clock.advance(1)
      }
      await t.settle()
      for (const limit of [1, 2, 7, 100])
        expect(await listed(engine, 'BLOCKED', limit)).toEqual([...unknown].reverse())
    },
  ),

  requirement(
    'SHOWN-05',
    'a run that will be cancelled as soon as somebody has its code says so',
    async (t) => {
      const engine = await withoutCode(t)
      expect(await engine.cancel('begun')).toBe(true)
      const { executions } = await engine.list({ status: 'BLOCKED' })
      expect(executions[0]).toMatchObject({
        executionId: 'begun',
        decided: 'CANCELLED',
        blocked: { message: expect.stringContaining('It will end CANCELLED') },
      })
    },
  ),
]

const hangs = workflow(async (ctx) => {
  await ctx.step('before', () => {})
  await ctx.step('slow', () => gate().promise)
})

/** Where one run was begun by a process that died, one was not, and the worker that lives has other code. */
async function withoutCode(t: EngineTrial): Promise<Engine> {
  const holder = await t.process({ workflows: [hangs], worker: { concurrency: 1 } })
  const first = await holder.engine.start(hangs, { id: 'new', startAt: new Date(t.clock.now() + leaseMs) })
  expect(first.executionId).toBe('new')
  t.clock.advance(1)
  await holder.engine.start(hangs, { id: 'begun' })
  await t.settle()
  holder.kill()
  const other = workflow(async () => {}, { name: 'other' })
  const { engine } = await t.process({ workflows: [other] })
  // Until nobody takes the worker that died for a living one.
  await t.advance('4m')
  return engine
}

/** All pages. */
async function listed(engine: Engine, status: ExecutionStatus, limit = 100): Promise<readonly string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const more: { readonly cursor?: string } = cursor === undefined ? {} : { cursor }
    const page = await engine.list({ status, limit, ...more })
    expect(page.executions.length).toBeLessThanOrEqual(limit)
    ids.push(...page.executions.map(({ executionId }) => executionId))
    cursor = page.cursor
  } while (cursor !== undefined)
  return ids
}
