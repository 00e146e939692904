import type { ExecutionStatus, StepContext } from '@perdure/core'
import type { AnyWorkflow, Engine, ExecutionHandle } from '@perdure/engine'
import { expect } from 'vitest'
import { Counts } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, type EngineTrial, workflow } from '../engine-trial.js'
import { Supervisor } from '../supervisor.js'

const minute = 60_000

export const poisonRequirements: readonly EngineRequirement[] = [
  requirement(
    'POISON-01',
    'twenty runs beside one that kills its process are done in less than two leases',
    async (t) => {
      const lease = 30_000
      const { engine } = await t.process({ worker: false })
      const healthy = workflow((ctx) => ctx.step('work', () => lasting(t, 1_500)))
      await engine.start('poison', { id: 'poison', version: '1' })
      const runs = await startMany(engine, healthy, 20)
      const supervisor = new Supervisor(t, 2, (die) => [healthy, killing(t, die)], { lease })
      const passed = await supervisor.run(2 * lease, () => areAll(runs, 'COMPLETED'))
      expect(await statuses(runs)).toEqual(runs.map(() => 'COMPLETED'))
      expect(passed).toBeLessThan(2 * lease)
      expect(supervisor.deathCount).toBeGreaterThan(0)
    },
  ),

  requirement(
    'POISON-02',
    'a run that kills its process again and again is set aside, says why, and is not loaded for that',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const poison = await engine.start('poison', { id: 'poison', version: '1' })
      const supervisor = new Supervisor(t, 1, (die) => [killing(t, die)], { lease: 2_000 })
      await supervisor.run(10 * minute, () => areAll([poison], 'BLOCKED'))
      // One that held it first, one by which it became a suspect, and ten strikes.
      expect(supervisor.deathCount).toBe(11)
      const [shown] = (await engine.list({ status: 'BLOCKED' })).executions
      expect(shown?.blocked).toMatchObject({ reason: 'POISONED' })
      for (const part of ['11 processes', 'unblock("poison")', 'terminate("poison")'])
        expect(shown?.blocked?.message).toContain(part)
      expect(await engine.history('poison')).toContainEqual(
        expect.objectContaining({ kind: 'ExecutionBlocked', reason: 'POISONED' }),
      )
      const [last] = supervisor.processes
      expect(last?.count('load')).toBe(0)
      await supervisor.run(minute)
      expect(supervisor.deathCount).toBe(11)
    },
  ),

  requirement('POISON-03', 'one that is set aside can be unblocked, and terminated', async (t) => {
    const { engine } = await t.process({ worker: false })
    const runs = [
      await engine.start('poison', { id: 'mended', version: '1' }),
      await engine.start('poison', { id: 'hopeless', version: '1' }),
    ] as const
    let isMended = false
    const worker = { lease: 2_000, maxRecoveries: 2 }
    const supervisor = new Supervisor(t, 1, (die) => [killing(t, die, () => isMended)], worker)
    await supervisor.run(10 * minute, () => areAll(runs, 'BLOCKED'))
    expect(await statuses(runs)).toEqual(['BLOCKED', 'BLOCKED'])
    isMended = true
    expect(await engine.terminate('hopeless')).toBe(true)
    expect(await engine.unblock('mended')).toBe(true)
    await supervisor.run(5_000)
    expect(await statuses(runs)).toEqual(['COMPLETED', 'TERMINATED'])
  }),

  requirement(
    'POISON-04',
    'timers, messages and other branches beside do not hide one that kills, nor do ten seconds before it does',
    async (t) => {
      const lease = 20_000
      const { engine } = await t.process({ worker: false })
      const poison = await engine.start('poison', { id: 'poison', version: '1' })
      const code = (die: () => void): readonly AnyWorkflow[] => [
        workflow(
          async (ctx) => {
            await ctx.step('before', () => 'done')
            const beside = async (): Promise<void> => {
              for (let nap = 0; nap < 1_000; nap += 1) {
                await ctx.sleep('nap', '3s')
                await ctx.waitForEvent('never', { timeout: '100ms', onTimeout: 'undefined' })
              }
            }
            const killer = ctx.step('kill', () => lasting(t, 10_000).then(die).then(forGood))
            await Promise.all([beside(), killer])
          },
          { name: 'poison' },
        ),
      ]
      const supervisor = new Supervisor(t, 1, code, { lease })
      await supervisor.run(60 * minute, () => areAll([poison], 'BLOCKED'))
      const [shown] = (await engine.list({ status: 'BLOCKED' })).executions
      expect(shown?.blocked?.reason).toBe('POISONED')
    },
  ),

  requirement(
    'POISON-05',
    'fifty long runs whose worker is killed fifteen times are none of them set aside, and go on',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const long = workflow((ctx) => ctx.step('work', () => lasting(t, minute)))
      const runs = await startMany(engine, long, 50)
      const supervisor = new Supervisor(t, 1, () => [long], { lease: 3_000 })
      for (let kill = 0; kill < 15; kill += 1) {
        await supervisor.run(2_000)
        supervisor.killAll()
      }
      await supervisor.run(5 * minute, () => areAll(runs, 'COMPLETED'))
      expect(await statuses(runs)).toEqual(runs.map(() => 'COMPLETED'))
    },
  ),

  requirement('POISON-06', 'a thousand long runs are all running again a minute after a death', async (t) => {
    const count = 1_000
    const { engine } = await t.process({ worker: false })
    const counts = new Counts()
    const long = workflow((ctx, name: string) =>
      ctx.step('work', () => {
        counts.add(name)
        return lasting(t, 10 * minute)
      }),
    )
    const names = Array.from({ length: count }, (_, index) => `${index}`)
    await engine.startMany(
      long,
      names.map((name) => ({ id: name, input: name })),
    )
    const supervisor = new Supervisor(t, 1, () => [long], { lease: 10_000, concurrency: count })
    await supervisor.run(1_000)
    supervisor.killAll()
    const isRunning = async (): Promise<boolean> => names.every((name) => counts.of(name) === 2)
    expect(await supervisor.run(minute, isRunning)).toBeLessThan(minute)
  }),

  requirement(
    'POISON-07',
    'runs that are released or settle steps open the way for the next at once',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const quick = workflow(async (ctx) => {
        await ctx.step('work', () => 'done')
        await ctx.sleep('nap', '1h')
      })
      const held = workflow((ctx) => ctx.step('work', forGood))
      const runs = await startMany(engine, quick, 100)
      const dying = await t.process({ workflows: [held], worker: { concurrency: 100 } })
      await t.settle()
      dying.kill()
      await t.advance('5s')
      await t.process({ workflows: [quick], worker: { concurrency: 100 } })
      await t.settle()
      expect(await statuses(runs)).toEqual(runs.map(() => 'SUSPENDED'))
    },
  ),

  requirement(
    'POISON-08',
    'runs of many short steps beside one that kills its process are not struck out together with it',
    (t) => keepCompany(t, 1),
  ),

  requirement(
    'POISON-09',
    'runs of many short steps beside two that kill their process are not struck out together with them',
    (t) => keepCompany(t, 2),
  ),

  requirement(
    'POISON-10',
    'that a run was set aside is told like that of any other that is blocked',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const poison = await engine.start('poison', { id: 'poison', version: '1' })
      const supervisor = new Supervisor(t, 1, (die) => [killing(t, die)], { lease: 2_000 })
      await supervisor.run(10_000)
      supervisor.killAll()
      const errors: string[] = []
      const logger = { debug() {}, info() {}, warn() {}, error: (line: string) => void errors.push(line) }
      await t.process({ workflows: [killing(t, () => {})], worker: { maxRecoveries: 1 }, logger })
      await t.advance('5s')
      expect(await statuses([poison])).toEqual(['BLOCKED'])
      expect(errors).toEqual([expect.stringContaining('Execution poison (poison) is BLOCKED (POISONED).')])
    },
  ),
]

/** Runs of many short steps, beside some that end the processes of two supervised workers. */
async function keepCompany(t: EngineTrial, poisonCount: number): Promise<void> {
  const { engine } = await t.process({ worker: false })
  const stepping = workflow(async (ctx) => {
    for (let step = 0; step < 300; step += 1) await ctx.step('step', () => lasting(t, 10))
  })
  const runs = await startMany(engine, stepping, 4)
  const poison = workflow(() => Promise.resolve(), { name: 'poison' })
  const names = Array.from({ length: poisonCount }, (_, index) => ({ id: `poison-${index}` }))
  const poisons = await engine.startMany<unknown, unknown>(poison as never, names)
  const supervisor = new Supervisor(t, 2, (die) => [stepping, killing(t, die)], { lease: 2_000 })
  let mostStrikes = 0
  await supervisor.run(minute, async () => {
    const rows = await t.store.read(runs.map(({ executionId }) => ({ namespace: 'main', executionId })))
    mostStrikes = Math.max(mostStrikes, ...rows.map((row) => row?.strikes ?? 0))
    return (await areAll(poisons, 'BLOCKED')) && (await areAll(runs, 'COMPLETED'))
  })
  expect(await statuses(runs)).toEqual(runs.map(() => 'COMPLETED'))
  expect(await statuses(poisons)).toEqual(poisons.map(() => 'BLOCKED'))
  // Once beside each, and once more before it is tried alone.
  expect(mostStrikes).toBeLessThanOrEqual(poisonCount + 2)
}

/** A workflow `poison` whose step ends the process that runs it, until it is mended. */
function killing(t: EngineTrial, die: () => void, isMended: () => boolean = () => false): AnyWorkflow {
  return workflow(
    async (ctx) =>
      ctx.step('kill', async (_step: StepContext) => {
        if (isMended()) return 'mended'
        await lasting(t, 100)
        die()
        return forGood()
      }),
    { name: 'poison' },
  )
}

function forGood<T>(): Promise<T> {
  return new Promise(() => {})
}

function lasting(t: EngineTrial, ms: number): Promise<void> {
  return new Promise((resolve) => {
    t.clock.schedule(ms, resolve)
  })
}

async function startMany(
  engine: Engine,
  code: AnyWorkflow,
  count: number,
): Promise<readonly ExecutionHandle<unknown>[]> {
  const options = Array.from({ length: count }, (_, index) => ({ id: `run-${index}` }))
  return engine.startMany<unknown, unknown>(code as never, options)
}

async function statuses(runs: readonly ExecutionHandle<unknown>[]): Promise<readonly ExecutionStatus[]> {
  return Promise.all(runs.map((run) => run.status()))
}

async function areAll(runs: readonly ExecutionHandle<unknown>[], status: ExecutionStatus): Promise<boolean> {
  return (await statuses(runs)).every((each) => each === status)
}
