import { afterAll, describe, expect, it } from 'vitest'
import { define } from '../context/context-trial.js'
import { Counts } from '../context/scenes.js'
import type { StoreInterceptor } from '../faults/intercept-store.js'
import { EngineScene, type EngineSceneOptions } from './engine-scene.js'
import { type ExploreOptions, explore } from './explore.js'

const orders = new Map<string, number>()

describe.each([
  ['keeps sleeping executions', {}],
  ['forgets them', { maxWarm: 0 }],
] as const)('an engine that %s', { timeout: 60_000 }, (warmth, options) => {
  it('suspend × message: the message arrives', async () => {
    await play(`suspend × message, ${warmth}`, {
      options: { workflow: define((ctx) => ctx.waitForEvent('go')), holdsAnswers: true, ...options },
      begin: (scene) => scene.act(scene.process('sender').sendEvent('one', 'go', 'came')),
      check: async (scene) => expect(await scene.result()).toBe('came'),
    })
  })

  it('suspend × three messages: each arrives once, in order', async () => {
    const workflow = define(async (ctx) => {
      const came: unknown[] = []
      for (let count = 0; count < 3; count += 1) came.push(await ctx.waitForEvent('go'))
      return [...came, await ctx.waitForEvent('go', { timeout: '1m', onTimeout: 'undefined' })]
    })
    await play(`suspend × three messages, ${warmth}`, {
      options: { workflow, ...options },
      begin: (scene) => {
        const sender = scene.process('sender')
        const send = (payload: number) => sender.sendEvent('one', 'go', payload)
        scene.act(send(1).then(() => send(2).then(() => send(3))))
      },
      check: async (scene) => expect(await scene.result()).toEqual([1, 2, 3, undefined]),
    })
  })

  it('suspend × message × pause and resume: the message arrives', async () => {
    await play(`suspend × message × pause and resume, ${warmth}`, {
      options: { workflow: define((ctx) => ctx.waitForEvent('go')), ...options },
      begin: (scene) => {
        scene.act(scene.process('sender').sendEvent('one', 'go', 'came'))
        const operator = scene.process('operator')
        scene.act(operator.pause('one').then(() => operator.resume('one')))
      },
      check: async (scene) => expect(await scene.result()).toBe('came'),
      bound: { maxInterruptions: 3 },
    })
  })

  it('suspend × cancel: the execution is cancelled and not left waiting', async () => {
    await play(`suspend × cancel, ${warmth}`, {
      options: {
        workflow: define(async (ctx) => {
          await ctx.step('a', () => {})
          await ctx.waitForEvent('never')
        }),
        holdsAnswers: true,
        ...options,
      },
      begin: (scene) => scene.act(scene.process('operator').cancel('one')),
      check: async (scene) => expect(scene.status).toBe('CANCELLED'),
    })
  })

  it('finish × cancel: a cancel that was accepted wins, and one that was not changes nothing', async () => {
    let isAccepted: boolean | undefined
    await play(`finish × cancel, ${warmth}`, {
      options: {
        workflow: define(async (ctx) => {
          await ctx.step('a', () => {})
          await ctx.step('b', () => {})
        }),
        holdsAnswers: true,
        ...options,
      },
      begin: (scene) => {
        const asking = scene.process('operator').cancel('one')
        scene.act(
          asking.then((accepted) => {
            isAccepted = accepted
          }),
        )
      },
      check: async (scene) => expect(scene.status).toBe(isAccepted === true ? 'CANCELLED' : 'COMPLETED'),
    })
  })

  it('finish × terminate: an execution ends once', async () => {
    let isAccepted: boolean | undefined
    await play(`finish × terminate, ${warmth}`, {
      options: { workflow: define((ctx) => ctx.step('a', () => {})), holdsAnswers: true, ...options },
      begin: (scene) => {
        const asking = scene.process('operator').terminate('one')
        scene.act(
          asking.then((accepted) => {
            isAccepted = accepted
          }),
        )
      },
      check: async (scene) => expect(scene.status).toBe(isAccepted === true ? 'TERMINATED' : 'COMPLETED'),
    })
  })
})

describe('two workers', { timeout: 60_000 }, () => {
  it('claim × lease expiry: one journal is written, and each step of it once', async () => {
    const runs = new Counts()
    await play('claim × lease expiry', {
      options: {
        workflow: define(async (ctx) => [
          await ctx.step('a', () => runs.add('a') && 'a'),
          await ctx.step('b', () => runs.add('b') && 'b'),
        ]),
        lapses: 1,
        holdsAnswers: true,
      },
      workers: ['first', 'second'],
      check: async (scene) => {
        expect(await scene.result()).toEqual(['a', 'b'])
        expect(scene.recorded).toEqual(['a', 'b'])
      },
      bound: { maxInterruptions: 2 },
    })
  })

  it('claim × lease expiry × message: what both may have read is delivered once', async () => {
    await play('claim × lease expiry × message', {
      options: {
        workflow: define(async (ctx) => [
          await ctx.waitForEvent('go'),
          await ctx.waitForEvent('go', { timeout: '1m', onTimeout: 'undefined' }),
        ]),
        lapses: 1,
      },
      workers: ['first', 'second'],
      begin: (scene) => scene.act(scene.process('sender').sendEvent('one', 'go', 'came')),
      check: async (scene) => expect(await scene.result()).toEqual(['came', undefined]),
      bound: { maxInterruptions: 1 },
    })
  })

  it('duplicate claim answers: a claim whose answer is lost costs a lease at most', async () => {
    await play('claims whose answers are lost', {
      options: () => ({
        workflow: define((ctx) => ctx.step('a', () => 'a')),
        intercept: losingFirst('claim'),
        lapses: 1,
      }),
      workers: ['first', 'second'],
      check: async (scene) => {
        expect(await scene.result()).toBe('a')
        expect(scene.recorded).toEqual(['a'])
      },
      bound: { maxInterruptions: 2 },
    })
  })

  it('a commit whose answer is lost: it is made once', async () => {
    await play('commits whose answers are lost', {
      options: () => ({
        workflow: define(async (ctx) => [await ctx.step('a', () => 'a'), await ctx.waitForEvent('go')]),
        intercept: losingFirst('commit'),
        lapses: 1,
      }),
      workers: ['first', 'second'],
      begin: (scene) => scene.act(scene.process('sender').sendEvent('one', 'go', 'came')),
      check: async (scene) => {
        expect(await scene.result()).toEqual(['a', 'came'])
        expect(scene.recorded).toEqual(['a'])
      },
      bound: { maxInterruptions: 1 },
    })
  })
})

describe('an exploration', () => {
  it('finds the order in which a store that loses wake-ups leaves an execution asleep', async () => {
    const playing = play('a store that loses wake-ups', {
      options: {
        workflow: define((ctx) => ctx.waitForEvent('go')),
        damage: (intact) => ({
          commit: (request) => {
            const seen = { inboxSeq: Number.MAX_SAFE_INTEGER, controlSeq: Number.MAX_SAFE_INTEGER }
            return intact.commit({
              ...request,
              entries: request.entries.map((entry) => ({ ...entry, seen })),
            })
          },
        }),
      },
      begin: (scene) => scene.act(scene.process('sender').sendEvent('one', 'go', 'came')),
      check: async (scene) => expect(await scene.result()).toBe('came'),
    })
    await expect(playing).rejects.toThrow(
      'In the order worker claim, sender append, worker commit, worker claim: The execution is SUSPENDED',
    )
  })
})

interface Scenario {
  readonly options: EngineSceneOptions | (() => EngineSceneOptions)
  /** @default one */
  readonly workers?: readonly string[]
  /** What somebody does while the workers are at it. */
  readonly begin?: (scene: EngineScene) => void
  readonly check: (scene: EngineScene) => Promise<void>
  readonly bound?: ExploreOptions
}

/** Plays a scenario in every order of its calls, again each time; its rows are audited at the end. */
async function play(
  name: string,
  { options, workers = ['worker'], begin, check, bound }: Scenario,
): Promise<void> {
  const count = await explore(async (choose) => {
    const scene = new EngineScene(typeof options === 'function' ? options() : options)
    for (const worker of workers) await scene.worker(worker)
    await scene.start()
    begin?.(scene)
    await scene.play(choose)
    await check(scene)
    expect(scene.findings()).toEqual([])
  }, bound)
  orders.set(name, count)
}

/** Loses the answer of the first call of a verb that did something. */
function losingFirst(verb: 'claim' | 'commit'): StoreInterceptor {
  let isLost = false
  return async (call, apply) => {
    const answer = await apply()
    if (call.verb !== verb || isLost) return answer
    if (call.verb === 'claim' && !JSON.stringify(answer).includes('"run"')) return answer
    isLost = true
    throw new Error('Injected: the answer is lost')
  }
}

afterAll(() => {
  const sum = [...orders.values()].reduce((a, b) => a + b, 0)
  console.log(`${orders.size} scenes in ${sum} orders:`, Object.fromEntries(orders))
})
