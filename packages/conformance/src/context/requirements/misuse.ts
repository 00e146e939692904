import { AsyncResource } from 'node:async_hooks'
import { type DurableContextOps, isDurableError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { Counts, gate, rejection } from '../scenes.js'

export const misuseRequirements: readonly ContextRequirement[] = [
  requirement(
    'MISUSE-01',
    'the outer context refuses to start anything in an open child, naming both, and may be read',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        const before = ctx.step('before', () => 'made before')
        return ctx.runInChildContext('group', async (group) => {
          await group.step('inside', () => {})
          const refused = [
            await rejection(ctx.step('charge', () => runs.add('charge'))),
            await rejection(ctx.sleep('nap', '1s')),
            await rejection(ctx.runInChildContext('deeper', async () => {})),
            await rejection(ctx.sideEffect('draw', () => runs.add('draw'))),
            await rejection(new Promise((resolve) => resolve(ctx.random()))),
            await rejection(new Promise((resolve) => resolve(ctx.randomUUID()))),
          ]
          const read = [typeof ctx.now(), ctx.executionId, ctx.signal.aborted, await before]
          ctx.logger.info('read')
          return [refused.map(shown), read, await group.step('after', () => 'goes on')]
        })
      })
      const names = ['charge', 'nap', 'deeper', 'draw', 'random', 'randomUUID']
      expect(await run.result()).toEqual([
        names.map((name) => `OUTER_CONTEXT ${name} group`),
        ['object', 'one', false, 'made before'],
        'goes on',
      ])
      expect(runs.names).toEqual([])
      expect(t.messages('warn')).toEqual(['A context was used where it must not be.'])
    },
  ),

  requirement(
    'MISUSE-02',
    'an outer context used in a child, and not caught, blocks the run: the end of the child is not recorded',
    async (t) => {
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        const helper = async (): Promise<void> => {
          await ctx.step('first', () => runs.add('first'))
        }
        await ctx.runInChildContext('outer', (outer) =>
          outer.runInChildContext('inner', async (inner) => {
            await inner.step('inside', () => {})
            try {
              await helper()
            } catch (cause) {
              throw new Error('could not help', { cause })
            }
          }),
        )
      })
      expect(await run.describe()).toMatchObject({ status: 'BLOCKED', blocked: { reason: 'MISUSE' } })
      const message = (await run.describe()).blocked?.message
      expect(message).toContain('"first" was called on the context of execution one')
      expect(message).not.toContain('could not help')
      expect(await run.ended()).toEqual(['inside SUCCEEDED'])
      expect(runs.names).toEqual([])
      await t.deploy(async (ctx) => {
        const helper = (own: DurableContextOps): Promise<number> => own.step('first', () => runs.add('first'))
        await ctx.runInChildContext('outer', (outer) =>
          outer.runInChildContext('inner', async (inner) => {
            await inner.step('inside', () => runs.add('inside'))
            await helper(inner)
          }),
        )
      })
      expect(runs.of('inside')).toBe(0)
    },
  ),

  requirement(
    'MISUSE-03',
    'code of the outer context is not taken for the child’s: a queue over both, and what follows a child’s promise',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        const limit = queue(2)
        const followed = ctx
          .runInChildContext('first', (first) => first.step('a', () => 'a'))
          .then((a) => ctx.step('follows', () => `${a}, followed`))
        const group = ctx.runInChildContext('group', (inner) =>
          Promise.all(['b', 'c', 'd'].map((name) => limit(() => inner.step(name, async () => name)))),
        )
        const outside = Promise.all(
          ['e', 'f', 'g'].map((name) => limit(() => ctx.step(name, async () => name))),
        )
        return [await followed, await group, await outside]
      })
      expect(await run.result()).toEqual(['a, followed', ['b', 'c', 'd'], ['e', 'f', 'g']])
    },
  ),

  requirement(
    'MISUSE-04',
    'a context that has ended refuses what is asked of it, and says which it was',
    async (t) => {
      const runs = new Counts()
      const outside = gate()
      const late: unknown[] = []
      const run = await t.launch(async (ctx) => {
        const inner = await new Promise<DurableContextOps>((resolve) => {
          void ctx.runInChildContext('group', async (group) => resolve(group))
        })
        await ctx.step('a', () => {})
        void outside.promise.then(async () => {
          late.push(shown(await rejection(ctx.step('too late', () => runs.add('too late')))))
          late.push(shown(await rejection(ctx.sleep('rest', '1s'))))
        })
        return shown(await rejection(inner.step('after', () => runs.add('after'))))
      })
      expect(await run.result()).toBe('CONTEXT_ENDED after group')
      outside.open()
      await t.settle()
      expect(late).toEqual(['CONTEXT_ENDED too late ', 'CONTEXT_ENDED rest '])
      expect(runs.names).toEqual([])
      expect(await run.started()).toEqual(['group', 'a'])
    },
  ),

  requirement(
    'MISUSE-05',
    'what is called of a context that is merely suspended waits until the run goes on',
    async (t) => {
      const outside = gate()
      const run = await t.launch(async (ctx) => {
        const stray = outside.promise.then(() => ctx.step('stray', () => 'not refused'))
        await ctx.sleep('nap', '1m')
        return stray
      })
      expect(await run.status()).toBe('SUSPENDED')
      outside.open()
      await t.advance('1m')
      expect(await run.result()).toBe('not refused')
    },
  ),
]

/** The code of an error, the call that it refuses, and the context that it names. */
function shown(error: unknown): string {
  if (!isDurableError(error)) return `no typed error: ${String(error)}`
  const { name, inner, context } = error.details
  return `${error.code} ${name} ${inner ?? context}`
}

/** Limits how many run at a time; each runs in the async context of its call, as p-limit does it. */
function queue(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  const next = (): void => {
    if (running < limit) waiting.shift()?.()
  }
  return (task) =>
    new Promise((resolve, reject) => {
      waiting.push(
        AsyncResource.bind(() => {
          running += 1
          void task()
            .then(resolve, reject)
            .finally(() => {
              running -= 1
              next()
            })
        }),
      )
      next()
    })
}
