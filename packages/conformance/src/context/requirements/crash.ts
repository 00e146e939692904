import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { atEveryWrite } from '../at-every-write.js'
import type { DriverWrite } from '../context-driver.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { drive, everything, everythingFor } from '../everything.js'
import type { Launched } from '../launched.js'
import { Counts, gate } from '../scenes.js'

export const crashRequirements: readonly ContextRequirement[] = [
  requirement(
    'CRASH-01',
    'a crash before any write costs nothing: the result is that of a run without it',
    (t) => crashAtEveryWrite(t, 'before'),
  ),

  requirement(
    'CRASH-02',
    'a crash after any write costs nothing: the result is that of a run without it',
    (t) => crashAtEveryWrite(t, 'after'),
  ),

  requirement('CRASH-07', 'crashes that come again and again only take time', async (t) => {
    const runs = new Counts()
    let crashes = 0
    let isCrashed = false
    t.onWrite(({ writeNo, when }) => {
      if (when !== 'after' || writeNo % 2 !== 0 || isCrashed || crashes >= 20) return
      crashes += 1
      isCrashed = true
      t.driver.crash()
    })
    const run = await t.launch(everything(runs), { input: 5 })
    await drive(
      t,
      run,
      () => isCrashed,
      () => {
        isCrashed = false
      },
    )
    expect(await run.result()).toEqual(everythingFor(5))
    expect(crashes).toBeGreaterThan(5)
    await expectOneOutcomeEach(run)
  }),

  requirement(
    'CRASH-08',
    'a body that a crash cut short, and that comes back late, is not heard',
    async (t) => {
      const first = gate<string>()
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        const result = await ctx.step('a', () => (runs.add('a') === 1 ? first.promise : 'second run'))
        await ctx.sleep('nap', '1m')
        return result
      })
      await t.restart()
      first.open('first run')
      await t.settle()
      await t.advance('1m')
      expect(await run.result()).toBe('second run')
      expect(await run.ended()).toEqual(['a SUCCEEDED', 'nap SUCCEEDED'])
    },
  ),

  requirement(
    'CRASH-09',
    'an execution whose handler has ended and whose end was not written ends the same',
    async (t) => {
      const runs = new Counts()
      await atEveryWrite(t, 'before', async (trial, disturb) => {
        let isCrashed = false
        trial.onWrite((write) => {
          if (!disturb(write)) return
          isCrashed = true
          trial.driver.crash()
        })
        const run = await trial.launch(async (ctx) => {
          await ctx.step('a', () => runs.add('a'))
          throw new Error('the end')
        })
        if (isCrashed) await trial.recover()
        expect(await run.failure()).toMatchObject({ cause: { message: 'the end' } })
      })
    },
  ),

  requirement('CRASH-10', 'what user code has been told of is never done again', async (t) => {
    for (const when of ['before', 'after'] as const) {
      await atEveryWrite(t, when, async (trial, disturb) => {
        const runs = new Counts()
        const told = new Counts()
        let toldByThen: readonly string[] | undefined
        trial.onWrite((write) => {
          if (!disturb(write)) return
          toldByThen = told.names
          trial.driver.crash()
        })
        const run = await trial.launch(async (ctx) => {
          for (const name of ['a', 'b', 'c']) {
            await ctx.step(name, () => runs.add(name))
            told.add(name)
          }
          await ctx.sleep('nap', '10s')
        })
        if (toldByThen !== undefined) await trial.recover()
        await trial.advance('10s')
        if (toldByThen !== undefined) await trial.recover()
        await trial.advance('10s')
        await run.result()
        for (const name of toldByThen ?? []) expect([name, runs.of(name)]).toEqual([name, 1])
      })
    }
  }),
]

async function crashAtEveryWrite(t: ContextTrial, when: DriverWrite['when']): Promise<void> {
  await atEveryWrite(t, when, async (trial, disturb) => {
    const runs = new Counts()
    let isCrashed = false
    trial.onWrite((write) => {
      if (!disturb(write)) return
      isCrashed = true
      trial.driver.crash()
    })
    const run = await trial.launch(everything(runs), { input: 5 })
    await drive(
      trial,
      run,
      () => isCrashed,
      () => {
        isCrashed = false
      },
    )
    expect(await run.result()).toEqual(everythingFor(5))
    for (const name of runs.names) expect([name, runs.of(name)]).toEqual([name, runs.of(name) > 1 ? 2 : 1])
    await expectOneOutcomeEach(run)
  })
}

async function expectOneOutcomeEach(run: Launched<unknown>): Promise<void> {
  const ends = (await run.history()).flatMap((event) =>
    event.kind === 'OperationEnded' ? [event.operationId] : [],
  )
  expect(new Set(ends).size).toBe(ends.length)
}
