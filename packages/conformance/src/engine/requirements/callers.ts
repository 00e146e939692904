import { AsyncLocalStorage } from 'node:async_hooks'
import type { Codec, DurableContextOps, Logger } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, type EngineTrial, leaseMs, workflow } from '../engine-trial.js'

/** What an application keeps for a request: a tenant, a transaction, a trace. */
const caller = new AsyncLocalStorage<string>()
const theirs = new AsyncLocalStorage<string>()

/** Notes, under a name, in whose async context something runs. */
class Seen {
  readonly callers = new Map<string, string | undefined>()

  note(name: string): void {
    this.callers.set(name, caller.getStore())
  }

  get all(): readonly (string | undefined)[] {
    return [...new Set(this.callers.values())]
  }
}

export const callerRequirements: readonly EngineRequirement[] = [
  requirement(
    'CALLER-01',
    'workflows and bodies run in the async context of the start of their worker, whoever started them',
    async (t) => {
      const seen = new Seen()
      const greets = workflow(async (ctx, user: string) => {
        seen.note(`${user}: first line`)
        await ctx.step('a', () => seen.note(`${user}: a`))
        await Promise.all([
          ctx.step('b', async () => seen.note(`${user}: b`)),
          ctx.runInChildContext('x', (x) => x.step('c', () => seen.note(`${user}: c`))),
        ])
        seen.note(`${user}: last line`)
      })
      const { engine } = await caller.run('worker', () => t.process({ workflows: [greets] }))
      for (const user of ['ada', 'ben'])
        await caller.run(user, () => engine.start(greets, { id: user, input: user }))
      await t.settle()
      expect(seen.callers.size).toBe(10)
      expect(seen.all).toEqual(['worker'])
    },
  ),

  requirement(
    'CALLER-02',
    'who sends, cancels, pauses or resumes lends its async context to no run, warm or replayed',
    async (t) => {
      for (const maxWarm of [0, 10]) {
        const seen = new Seen()
        const waits = workflow(async (ctx, id: string) => {
          await ctx.waitForEvent('go')
          await ctx.step('a', () => seen.note(`${id}: after the event`))
          await ctx.sleep('nap', '1m')
          await ctx.step('b', () => seen.note(`${id}: after the nap`))
          ctx.signal.addEventListener('abort', () => seen.note(`${id}: told to stop`))
          await ctx.sleep('long', '1h').catch(() => {})
          await ctx.step('c', () => seen.note(`${id}: cleaning up`))
        })
        const options = { workflows: [waits], worker: { maxWarm } }
        const { engine, kill } = await caller.run('worker', () => t.process(options))
        const id = `warm ${maxWarm}`.replace(' ', '-')
        const run = await engine.start(waits, { id, input: id })
        await t.settle()
        await caller.run('administrator', async () => {
          await engine.pause(id)
          await run.sendEvent('go')
          await engine.resume(id)
          await t.settle()
          await t.advance('1m')
          await run.cancel('enough')
          await t.settle()
        })
        expect(seen.callers.size).toBe(4)
        expect(seen.all).toEqual(['worker'])
        kill()
      }
    },
  ),

  requirement('CALLER-03', 'runs whose turns travel together do not lend each other theirs', async (t) => {
    const seen = new Seen()
    const busy = workflow(async (ctx, tenant: string) => {
      seen.note(`${tenant}: first line`)
      return caller.run(tenant, async () => {
        for (const name of ['a', 'b', 'c'])
          expect(await ctx.step(name, async () => caller.getStore())).toBe(tenant)
      })
    })
    const { engine } = await caller.run('worker', () =>
      t.process({ workflows: [busy], worker: { concurrency: 2 } }),
    )
    const tenants = ['ada', 'ben', 'cy', 'di', 'eve']
    const runs = await engine.startMany(
      busy,
      tenants.map((tenant) => ({ id: tenant, input: tenant })),
    )
    await t.settle()
    await Promise.all(runs.map((run) => run.result()))
    expect(seen.callers.size).toBe(5)
    expect(seen.all).toEqual(['worker'])
  }),

  requirement(
    'CALLER-04',
    'a body runs in the async context of its call: at once, parked, tried again, resumed and replayed',
    async (t) => {
      const seen: (string | undefined)[] = []
      const tries = workflow(async (ctx) => {
        const policy = { maxAttempts: 3, initialInterval: '1m', jitter: 'none' } as const
        const isFlaky = (): void => {
          seen.push(theirs.getStore())
          if (seen.length % 3 !== 0) throw new Error('again')
        }
        await theirs.run('first', () => ctx.step('a', isFlaky, { retry: policy }))
        await theirs.run('second', () =>
          ctx.step('b', async () => isFlaky(), { retry: policy, trackStart: true, attemptTimeout: '1h' }),
        )
        await theirs.run('third', () => ctx.step('c', isFlaky, { retry: { ...policy, mode: 'inProcess' } }))
        await theirs.run('fourth', async () => {
          const late = new Promise<void>((_, reject) => ctx.signal.addEventListener('abort', reject))
          const hangs = ctx.step('d', () => Promise.race([late, never]), {
            attemptTimeout: '1m',
            retry: { ...policy, retryIf: () => seen.push(theirs.getStore()) < 11 },
          })
          await hangs.catch(() => {})
        })
      })
      const first = await t.process({ workflows: [tries] })
      await theirs.run('starter', () => first.engine.start(tries, { id: 'one' }))
      await theirs.run('tester', () => t.settle())
      first.kill()
      await t.process({ workflows: [tries] })
      await theirs.run('tester', () => t.advance(3 * leaseMs))
      await theirs.run('tester', () => t.advance('30m'))
      const expected = ['first', 'second', 'third'].flatMap((each) => [each, each, each])
      expect(seen).toEqual([...expected, 'fourth', 'fourth'])
    },
  ),

  requirement(
    'CALLER-05',
    'the logger and the codec of a run are called in the async context of its worker',
    async (t) => {
      const seen = new Seen()
      const line = (message: string): void => seen.note(`log: ${message}`)
      const logger: Logger = { debug: line, info: line, warn: line, error: line }
      const codec: Codec = {
        name: 'noting',
        encode: (value) => {
          // What is sent is encoded by who sends it.
          if (value !== 'news') seen.note(`encode ${value}`)
          return { format: 'noting', data: JSON.stringify(value ?? null) }
        },
        decode: ({ data }) => {
          seen.note(`decode ${data}`)
          return JSON.parse(String(data))
        },
      }
      const waits = workflow(async (ctx) => {
        const event = await ctx.waitForEvent('go')
        ctx.logger.info('went on')
        await ctx.step('a', async () => `read the ${event}`)
        await never
      })
      const { engine } = await caller.run('worker', () => t.process({ workflows: [waits], logger, codec }))
      await engine.start(waits, { id: 'one' })
      await t.settle()
      seen.callers.clear()
      await caller.run('administrator', async () => {
        await engine.sendEvent('one', 'go', 'news')
        await t.settle()
        await t.advance('1m')
      })
      expect([...seen.callers.keys()]).toEqual([
        'decode "news"',
        'log: went on',
        'encode read the news',
        'decode "read the news"',
        expect.stringContaining('not durable'),
      ])
      expect(seen.all).toEqual(['worker'])
    },
  ),

  requirement(
    'CALLER-06',
    'an execution that is held directly runs in the async context of the call that opened it',
    async (t) => {
      const { engine } = await t.process({ worker: false })
      const seen: (string | undefined)[] = []
      const script = async (ctx: DurableContextOps): Promise<void> => {
        const retry = { maxAttempts: 2, initialInterval: '1m', jitter: 'none' } as const
        const flaky = (): void => {
          seen.push(caller.getStore())
          if (seen.length === 1) throw new Error('again')
        }
        await ctx.step('a', flaky, { retry })
        await ctx.waitForEvent('go')
        await ctx.step('b', async () => void seen.push(caller.getStore()))
      }
      const done = caller.run('script', async () => script(await engine.open('one')))
      await tell(t, () => engine.sendEvent('one', 'go'))
      await done
      expect(seen).toEqual(['script', 'script', 'script'])
    },
  ),
]

/** Somebody else acts, and moves time. */
async function tell(t: EngineTrial, act: () => Promise<unknown>): Promise<void> {
  await caller.run('stranger', async () => {
    await t.settle()
    await t.advance('2m')
    await act()
    await t.advance('1m')
  })
}

const never: Promise<never> = new Promise(() => {})
