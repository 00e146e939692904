import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { Damage } from '../../store/store-under-test.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

/** What can be damaged of a run that waits, and its journal or inbox. */
const damages: readonly Damage[] = ['state', 'values', 'operation', 'message']

export const engineIsolationRequirements: readonly EngineRequirement[] = damages.map((what, index) =>
  requirement(
    `DAMAGED-0${index + 1}`,
    `of twenty-one runs the one whose ${what} cannot be read is shown CORRUPTED, and all others end`,
    async (t) => {
      if (t.damage === undefined) return
      const code = workflow(async (ctx, name: string) => {
        await ctx.step('before', () => name)
        await ctx.waitForEvent('go')
        return ctx.step('after', () => name)
      })
      const names = Array.from({ length: 21 }, (_, number) => `run-${number}`)
      const { engine } = await t.process({ workflows: [code], worker: false })
      const before = await t.process({ workflows: [code] })
      const runs = await engine.startMany(
        code,
        names.map((name) => ({ id: name, input: name })),
      )
      // Long enough for the worker to hear of what another process has started.
      await t.advance('1s')
      before.kill()
      const results = runs.map((run) => run.result())
      for (const name of names) await engine.sendEvent(name, 'go')
      const mend = await t.damage({ namespace: 'main', executionId: 'run-7', runNo: 1 }, what)
      const { count } = await t.process({ workflows: [code] })
      await t.advance('1m')
      const shown = await Promise.all(runs.map((run) => run.status()))
      expect(shown).toEqual(names.map((_, number) => (number === 7 ? 'BLOCKED' : 'COMPLETED')))
      const others = results.filter((_, number) => number !== 7)
      expect(await Promise.all(others)).toEqual(names.filter((name) => name !== 'run-7'))
      const { executions } = await engine.list({ status: 'BLOCKED' })
      expect(executions).toMatchObject([{ executionId: 'run-7', blocked: { reason: 'CORRUPTED' } }])
      expect(await engine.history('run-7')).toContainEqual(
        expect.objectContaining({ kind: 'ExecutionBlocked', reason: 'CORRUPTED' }),
      )
      const claims = count('claim')
      await t.advance('10m')
      expect(count('claim') - claims, 'claims of an idle worker').toBeLessThan(30)
      await mend()
      expect(await engine.unblock('run-7')).toBe(true)
      await t.advance('1m')
      expect(await results[7]).toBe('run-7')
    },
  ),
)
