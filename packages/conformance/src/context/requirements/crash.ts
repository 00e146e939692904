import { isDurableError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { DriverWrite } from '../context-driver.js'
import type { ContextRequirement, ContextTrial, Launched } from '../context-trial.js'
import { drive, everything, everythingFor } from '../everything.js'
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

  requirement('CRASH-03', 'a write whose answer is lost is made once: no body runs again', async (t) => {
    await atEveryWrite(t, 'after', async (trial, disturb) => {
      const runs = new Counts()
      trial.onWrite((write) => {
        if (disturb(write)) throw new Error('Injected: the answer is lost')
      })
      const run = await trial.launch(everything(runs), { input: 5 })
      await drive(trial, run)
      expect(await run.result()).toEqual(everythingFor(5))
      for (const name of runs.names) expect([name, runs.of(name)]).toEqual([name, 1])
    })
  }),

  requirement('CRASH-04', 'a write that fails is made again: no body runs again', async (t) => {
    await atEveryWrite(t, 'before', async (trial, disturb) => {
      const runs = new Counts()
      trial.onWrite((write) => {
        if (disturb(write)) throw new Error('Injected: the write failed')
      })
      const run = await trial.launch(everything(runs), { input: 5 })
      await drive(trial, run)
      expect(await run.result()).toEqual(everythingFor(5))
      for (const name of runs.names) expect([name, runs.of(name)]).toEqual([name, 1])
    })
  }),

  requirement('CRASH-05', 'an event that is sent around any write is delivered, once', async (t) => {
    for (const when of ['before', 'after'] as const) {
      await atEveryWrite(t, when, async (trial, disturb) => {
        const workflow = await trial.deploy(async (ctx) => {
          const first = ctx.waitForEvent('go')
          await ctx.step('a', () => {})
          await ctx.sleep('nap', '10s')
          const second = ctx.waitForEvent('go', { timeout: '10s', onTimeout: 'undefined' })
          return [await first, await second]
        })
        let isOpen = false
        let isSent = false
        trial.onWrite(async (write) => {
          if (write.kind === 'commit') isOpen ||= write.when === 'after'
          const isAwaited = trial.capabilities.events === 'buffered' || isOpen
          if (!isAwaited || !disturb(write) || isSent) return
          isSent = true
          await trial.driver.sendEvent('one', 'go', 'came')
        })
        trial.driver.crash()
        const run = await trial.start(workflow)
        await trial.recover()
        await trial.advance('10s')
        if (!isSent) {
          isSent = true
          await run.send('go', 'came')
        }
        await trial.advance('20s')
        expect(await run.result()).toEqual(['came', undefined])
      })
    }
  }),

  requirement('CRASH-06', 'a cancel that is accepted around any write is obeyed', async (t) => {
    for (const when of ['before', 'after'] as const) {
      await atEveryWrite(t, when, async (trial, disturb) => {
        let isAccepted = false
        trial.onWrite(async (write) => {
          if (disturb(write)) isAccepted = (await trial.driver.cancel?.('one', 'stop')) ?? false
        })
        const run = await trial.launch(async (ctx) => {
          await ctx.step('a', () => {})
          await ctx.sleep('nap', '10s')
          return await ctx.step('b', () => 'done')
        })
        if (trial.driver.cancel === undefined) await run.cancel()
        await trial.advance('30s')
        expect(await run.status()).toBe(isAccepted ? 'CANCELLED' : 'COMPLETED')
      })
    }
  }),

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

  requirement(
    'CRASH-11',
    'an event that is sent around any write wakes who waits for nothing else',
    async (t) => {
      for (const when of ['before', 'after'] as const) {
        await atEveryWrite(t, when, async (trial, disturb) => {
          let isOpen = false
          let isSent = false
          trial.onWrite(async (write) => {
            isOpen ||= write.kind === 'commit' && write.when === 'after'
            const isAwaited = trial.capabilities.events === 'buffered' || isOpen
            if (!disturb(write) || write.kind !== 'commit' || isSent || !isAwaited) return
            isSent = true
            await trial.driver.sendEvent('one', 'go', 'came')
          })
          const run = await trial.launch(async (ctx) => {
            await ctx.step('a', () => {})
            return await ctx.waitForEvent('go')
          })
          if (!isSent) await run.send('go', 'came')
          expect(await run.result()).toBe('came')
        })
      }
    },
  ),
]

/** No execution of the suite makes more writes than this. */
const maxWrites = 200

/**
 * Runs a scenario once for each write that it makes, each time in a place of its own and with that write disturbed,
 * until it makes no further write.
 */
async function atEveryWrite(
  t: ContextTrial,
  when: DriverWrite['when'],
  scenario: (trial: ContextTrial, disturb: (write: DriverWrite) => boolean) => Promise<void>,
): Promise<void> {
  for (let writeNo = 1; writeNo <= maxWrites; writeNo += 1) {
    let isReached = false
    const disturb = (write: DriverWrite): boolean => {
      if (isReached || write.writeNo !== writeNo || write.when !== when) return false
      isReached = true
      return true
    }
    try {
      await scenario(await t.another(), disturb)
    } catch (error) {
      if (isDurableError(error, 'UNSUPPORTED_OPERATION')) throw error
      throw new Error(`With write ${writeNo} disturbed ${when} it was made: ${String(error)}`, {
        cause: error,
      })
    }
    if (!isReached) return
  }
  throw new Error(`The scenario makes more than ${maxWrites} writes`)
}

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
