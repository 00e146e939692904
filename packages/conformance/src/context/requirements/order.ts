import type { StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'
import { bothPasses, type Gate, gate, rejection } from '../scenes.js'

export const orderRequirements: readonly ContextRequirement[] = [
  requirement('ORDER-01', 'a native Promise.race of steps has the same winner on replay', async (t) => {
    const gates = gatesFor('a', 'b', 'c')
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const steps = ['a', 'b', 'c'].map((name) => ctx.step(name, () => gates[name]?.promise))
        const winner = await Promise.race(steps)
        await Promise.all(steps)
        return winner
      },
      () => openInTurn(t, gates, ['b', 'c', 'a']),
    )
    expect([first, replayed]).toEqual(['b', 'b'])
  }),

  requirement('ORDER-02', 'a native Promise.any and allSettled replay as they ran', async (t) => {
    const gates = gatesFor('good', 'better')
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const bad = ctx.step('bad', () => Promise.reject(new Error('bad')))
        const steps = [bad, ...['good', 'better'].map((name) => ctx.step(name, () => gates[name]?.promise))]
        const any = await Promise.any(steps)
        const all = await Promise.allSettled(steps)
        return [any, all.map((each) => (each.status === 'fulfilled' ? each.value : each.status))]
      },
      () => openInTurn(t, gates, ['better', 'good']),
    )
    expect(first).toEqual(['better', ['rejected', 'good', 'better']])
    expect(replayed).toEqual(first)
  }),

  requirement(
    'ORDER-03',
    'a native Promise.all rejects with the failure that came first, on replay too',
    async (t) => {
      const gates = gatesFor('a', 'b')
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const steps = ['a', 'b'].map((name) => ctx.step(name, () => gates[name]?.promise))
          const error = (await rejection(Promise.all(steps))) as StepError
          await Promise.allSettled(steps)
          return (error.cause as Error).message
        },
        async () => {
          for (const name of ['b', 'a']) {
            gates[name]?.fail(new Error(`${name} failed`))
            await t.settle()
          }
        },
      )
      expect([first, replayed]).toEqual(['b failed', 'b failed'])
    },
  ),

  requirement(
    'ORDER-04',
    'a timer that beat a step beats it on replay, when both have long ended',
    async (t) => {
      const slow = gate<string>()
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const step = ctx.step('step', () => slow.promise)
          const winner = await Promise.race([ctx.sleep('timer', '1m').then(() => 'timer'), step])
          await step
          return winner
        },
        async () => {
          await t.advance('1m')
          slow.open('step')
          await t.settle()
        },
      )
      expect([first, replayed]).toEqual(['timer', 'timer'])
    },
  ),

  requirement('ORDER-05', 'a timer that won keeps winning over an event that came later', async (t) => {
    const winners: string[] = []
    const run = await t.launch(async (ctx) => {
      const event = ctx.waitForEvent<string>('go')
      winners.push(await Promise.race([ctx.sleep('timer', '1m').then(() => 'timer'), event]))
      await ctx.sleep('nap', '1m')
      return event
    })
    await t.advance('1m')
    t.driver.crash()
    await t.driver.sendEvent('one', 'go', 'event')
    await t.recover()
    await t.advance('1m')
    expect(await run.result()).toBe('event')
    expect(new Set(winners)).toEqual(new Set(['timer']))
    expect(winners.length).toBeGreaterThan(1)
  }),

  requirement('ORDER-06', 'branches that run side by side interleave on replay as they did', async (t) => {
    const turns = ['b0', 'a0', 'b1', 'b2', 'a1', 'a2']
    const gates = gatesFor(...turns)
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const log: string[] = []
        const branch = async (name: string): Promise<void> => {
          for (let index = 0; index < 3; index += 1) {
            const step = `${name}${index}`
            await ctx.step(step, () => gates[step]?.promise)
            log.push(step)
          }
        }
        await Promise.all([branch('a'), branch('b')])
        return log
      },
      () => openInTurn(t, gates, turns),
    )
    expect(first).toEqual(turns)
    expect(replayed).toEqual(turns)
  }),

  requirement('ORDER-07', 'outcomes that become durable together are delivered one at a time', async (t) => {
    const together = gate()
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const log: string[] = []
        const after = async (step: Promise<void>, name: string, awaits: number): Promise<void> => {
          await step
          for (let count = 0; count < awaits; count += 1) await undefined
          log.push(name)
        }
        const steps = ['a', 'b'].map((name) => ctx.step(name, () => together.promise))
        await Promise.all(steps.map((step, index) => after(step, `${index}`, index === 0 ? 50 : 0)))
        return log
      },
      async () => together.open(),
    )
    expect(first).toEqual(['0', '1'])
    expect(replayed).toEqual(first)
  }),

  requirement(
    'ORDER-08',
    'what followed from an outcome is replayed before what came after it',
    async (t) => {
      const gates = gatesFor('first', 'follower', 'rival')
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const chain = ctx
            .step('first', () => gates['first']?.promise)
            .then(() => ctx.step('follower', () => gates['follower']?.promise))
          const rival = ctx.step('rival', () => gates['rival']?.promise)
          const winner = await Promise.race([rival, chain])
          await Promise.all([rival, chain])
          return winner
        },
        () => openInTurn(t, gates, ['first', 'follower', 'rival']),
      )
      expect([first, replayed]).toEqual(['follower', 'follower'])
    },
  ),

  requirement('ORDER-09', 'a hand-made pool gives each item to the same lane on replay', async (t) => {
    const items = ['i0', 'i1', 'i2', 'i3', 'i4']
    const gates = gatesFor(...items)
    const { first, replayed } = await bothPasses(
      t,
      async (ctx) => {
        const queue = [...items]
        const lanes: string[] = []
        const lane = async (laneName: string): Promise<void> => {
          for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
            const step = item
            lanes.push(`${laneName}:${step}`)
            await ctx.step(step, () => gates[step]?.promise)
          }
        }
        await Promise.all([lane('x'), lane('y')])
        return lanes
      },
      () => openInTurn(t, gates, ['i1', 'i2', 'i3', 'i0', 'i4']),
    )
    expect(first).toEqual(['x:i0', 'y:i1', 'y:i2', 'y:i3', 'y:i4'])
    expect(replayed).toEqual(first)
  }),

  requirement(
    'ORDER-10',
    'an outcome that nobody awaited yet is still there when somebody does',
    async (t) => {
      const { first, replayed } = await bothPasses(
        t,
        async (ctx) => {
          const early = ctx.step('early', () => 'early')
          const failed = ctx.step('failed', () => Promise.reject(new Error('early too')))
          await ctx.sleep('pause', '1m')
          return [await early, ((await rejection(failed)) as StepError).details['name']]
        },
        () => t.advance('1m'),
      )
      expect(first).toEqual(['early', 'failed'])
      expect(replayed).toEqual(first)
    },
  ),

  requirement(
    'ORDER-11',
    'a race that was decided in a replayed part is not decided anew by what is open',
    async (t) => {
      const winners: unknown[] = []
      const run = await t.launch(async (ctx) => {
        const open = ctx.sleep('open', '5m').then(() => 'open')
        winners.push(await Promise.race([open, ctx.step('quick', () => 'quick')]))
        await ctx.sleep('nap', '1m')
        await open
      })
      await t.restart()
      await t.advance('1m')
      await t.restart()
      await t.advance('5m')
      await run.result()
      expect(new Set(winners)).toEqual(new Set(['quick']))
    },
  ),

  requirement(
    'ORDER-12',
    'of two waits the one that ended first wins on replay, whichever began first',
    async (t) => {
      const winners: unknown[] = []
      const run = await t.launch(async (ctx) => {
        const waits = ['first', 'second'].map((name) => ctx.waitForEvent<string>(name))
        winners.push(await Promise.race(waits))
        await Promise.all(waits)
        await ctx.sleep('nap', '1m')
      })
      await run.send('second', 'second')
      await run.send('first', 'first')
      await t.restart()
      await t.advance('1m')
      await run.result()
      expect(new Set(winners)).toEqual(new Set(['second']))
      expect(winners.length).toBeGreaterThan(1)
    },
  ),
]

function gatesFor(...names: readonly string[]): Readonly<Record<string, Gate<string>>> {
  return Object.fromEntries(names.map((name) => [name, gate<string>()]))
}

/** Opens each gate with its name, and lets everything run before the next. */
async function openInTurn(
  t: ContextTrial,
  gates: Readonly<Record<string, Gate<string>>>,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    gates[name]?.open(name)
    await t.settle()
  }
}
