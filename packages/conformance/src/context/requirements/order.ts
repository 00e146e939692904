import type { StepError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, gate, gatesFor, openInTurn, rejection } from '../scenes.js'

export const orderRequirements: readonly ContextRequirement[] = [
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
          for (let count = 0; count < awaits; count += 1) await Promise.resolve()
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
