import { describe, expect, it } from 'vitest'
import {
  beginPass,
  gate,
  outputOf,
  replay,
  runPass,
  type TestWorkflow,
  untilQuiet,
} from '../../test/run-pass.js'
import { type Capabilities, capabilities } from '../capabilities.js'
import type { Codec } from '../codec.js'

describe('a workflow that ends', () => {
  it('gives its output to the journal', async () => {
    expect(outputOf(await runPass((_, input) => input))).toEqual({ cents: 700 })
  })

  it('gives what it throws', async () => {
    const { journal } = await runPass(() => {
      throw new TypeError('boom')
    })
    expect(journal.ending).toMatchObject({ kind: 'failed', error: { name: 'TypeError', message: 'boom' } })
  })

  it('fails if its output cannot be stored', async () => {
    const { journal } = await runPass(() => Symbol('no'))
    expect(journal.ending).toMatchObject({ kind: 'failed', error: { code: 'SERIALIZATION' } })
  })

  it('is blocked before its first line if its input cannot be read', async () => {
    const lines: string[] = []
    const { journal } = await runPass(() => lines.push('ran'), {
      run: { input: { format: 'json', data: '{' } },
    })
    expect(journal.blockedBecause).toContain('The input cannot be read')
    expect(journal.ending).toBeUndefined()
    expect(lines).toEqual([])
  })

  it('decides again when what it rested on was old', async () => {
    const { journal, pass } = beginPass(() => 'done', {
      prepare: (prepared) => {
        const finish = prepared.finish.bind(prepared)
        let isFirst = true
        prepared.finish = (ending) => {
          if (!isFirst) return finish(ending)
          isFirst = false
          prepared.cancel('too late?')
          pass.stale()
        }
      },
    })
    await untilQuiet()
    expect(journal.ending).toMatchObject({ kind: 'cancelled' })
  })
})

describe('delivery', () => {
  it('hands over one settlement at a time and lets user code go quiet in between', async () => {
    const order: string[] = []
    const follow = async (name: string, wait: Promise<unknown>): Promise<void> => {
      await wait
      order.push(`${name} came`)
      for (let hop = 0; hop < 20; hop += 1) await Promise.resolve()
      order.push(`${name} is dealt with`)
    }
    const { journal } = await runPass(async (ctx) => {
      await Promise.all([follow('a', ctx.sleep('a', '1h')), follow('b', ctx.sleep('b', '1h'))])
    })
    journal.settle('b')
    journal.settle('a')
    await untilQuiet()
    expect(order).toEqual(['b came', 'b is dealt with', 'a came', 'a is dealt with'])
  })

  it('waits for the journal: nothing is handed over before it is durable', async () => {
    const order: string[] = []
    const { journal } = await runPass(
      async (ctx) => {
        await ctx.step('charge', () => 1)
        order.push('charged')
      },
      { prepare: (prepared) => Object.assign(prepared, { commits: false }) },
    )
    expect(order).toEqual([])
    journal.commit()
    await untilQuiet()
    expect(order).toEqual(['charged'])
  })

  it('waits for a codec that needs time, and then goes on in order', async () => {
    const opened = gate()
    const codec: Codec = {
      name: 'slow',
      encode: (value) => ({ format: 'slow', data: JSON.stringify(value) }),
      decode: async (value) => {
        await opened.promise
        return JSON.parse(String(value.data))
      },
    }
    const order: unknown[] = []
    const running = await runPass(
      async (ctx) => {
        const follow = async (wait: Promise<unknown>): Promise<void> => void order.push(await wait)
        await Promise.all([
          follow(ctx.step('slow', () => 'slow', { codec })),
          follow(ctx.step('fast', () => 'fast')),
        ])
      },
      { watchdogMs: null },
    )
    expect(order).toEqual([])
    opened.open()
    await untilQuiet()
    expect(order).toEqual(['slow', 'fast'])
    expect(running.journal.ending?.kind).toBe('completed')
  })

  it('tells the journal what it may forget', async () => {
    const { journal } = await runPass(async (ctx) => {
      await ctx.step('a', () => 1)
      await Promise.all([ctx.step('b', () => 1), ctx.sleep('c', '1h')])
    })
    journal.settle('c')
    await untilQuiet()
    expect(journal.deliveries).toEqual(['a', 'b', 'c'])
  })

  it('lets the code see the recorded time of the latest settlement', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const times = [ctx.now().getTime(), ctx.elapsed()]
      await ctx.sleep('s', '1h')
      return [...times, ctx.now().getTime(), ctx.elapsed()]
    }
    const running = await runPass(workflow)
    running.journal.time = 70_000
    running.journal.settle('s')
    await untilQuiet()
    expect(outputOf(running)).toEqual([10_000, 0, 70_000, 60_000])
    expect(outputOf(await replay(workflow, running))).toEqual([10_000, 0, 70_000, 60_000])
  })
})

describe('replay', () => {
  it('answers from the journal and runs no body again', async () => {
    const runs: string[] = []
    const workflow: TestWorkflow = async (ctx) => {
      const a = await ctx.step('a', () => runs.push('a'))
      const b = await ctx.sideEffect('b', () => runs.push('b'))
      await ctx.sleep('s', '1h')
      return [a, b, await ctx.step('c', () => runs.push('c'))]
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual([1, 2, 3])
    expect(runs).toEqual(['a', 'b', 'c'])
  })

  it('decides Promise.race as it was decided, whichever was called first', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const lost = ctx.sleep('lost', '1h').then(() => 'lost')
      const won = ctx.sleep('won', '1h').then(() => 'won')
      const winner = await Promise.race([lost, won])
      await ctx.sleep('then', '1h')
      return winner
    }
    const first = await runPass(workflow)
    first.journal.settle('won')
    await untilQuiet()
    first.journal.settle('lost')
    await untilQuiet()
    const second = await replay(workflow, first)
    second.journal.settle('then')
    await untilQuiet()
    expect(outputOf(second)).toBe('won')
  })

  it('decides a race of two steps by the order of their outcomes, live and recorded', async () => {
    const gates = { a: gate<string>(), b: gate<string>() }
    const workflow: TestWorkflow = async (ctx) => {
      const racers = [ctx.step('a', () => gates.a.promise), ctx.step('b', () => gates.b.promise)]
      const first = await Promise.race(racers)
      return [first, await Promise.all(racers)]
    }
    const running = await runPass(workflow)
    gates.b.open('b')
    await untilQuiet()
    gates.a.open('a')
    await untilQuiet()
    expect(outputOf(running)).toEqual(['b', ['a', 'b']])
    expect(outputOf(await replay(workflow, running))).toEqual(['b', ['a', 'b']])
  })

  it('decides Promise.any and chains of promises as they were decided', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const slowly = async (name: string, hops: number): Promise<string> => {
        await ctx.sleep(name, '1h')
        for (let hop = 0; hop < hops; hop += 1) await Promise.resolve()
        return name
      }
      // Far behind after its settlement, "early" is ahead all the same: the next comes when user code is quiet.
      const winner = await Promise.any([slowly('early', 50), slowly('late', 0)])
      await ctx.sleep('then', '1h')
      return winner
    }
    const first = await runPass(workflow)
    first.journal.settle('early')
    first.journal.settle('late')
    await untilQuiet()
    first.journal.settle('then')
    await untilQuiet()
    expect(outputOf(first)).toBe('early')
    expect(outputOf(await replay(workflow, first))).toBe('early')
  })

  it('rethrows what was recorded', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const caught = await ctx
        .step('fails', () => Promise.reject(new RangeError('no')))
        .catch((error: Error) => error)
      await ctx.sleep('s', '1h')
      throw caught
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(second.journal.ending).toMatchObject({
      kind: 'failed',
      error: { code: 'STEP_FAILED', cause: { name: 'RangeError', message: 'no' } },
    })
  })

  it('delivers recorded settlements before live ones', async () => {
    const order: string[] = []
    const workflow: TestWorkflow = async (ctx) => {
      const follow = async (name: string): Promise<void> => {
        await ctx.sleep(name, '1h')
        order.push(name)
      }
      await Promise.all([follow('x'), follow('y')])
    }
    const first = await runPass(workflow)
    first.journal.settle('y')
    await untilQuiet()
    order.length = 0
    const second = beginPass(workflow, { rows: first.journal.rows })
    second.journal.settle('x')
    await untilQuiet()
    expect(order).toEqual(['y', 'x'])
    expect(second.journal.ending?.kind).toBe('completed')
  })

  it('knows that it replays until the first thing that is not recorded', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const modes: string[] = [ctx.executionMode]
      await ctx.step('a', () => 1)
      modes.push(ctx.executionMode)
      await ctx.step('b', () => 1)
      modes.push(ctx.executionMode)
      await ctx.sleep('s', '1h')
      modes.push(ctx.executionMode)
      return modes
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual(['replaying', 'replaying', 'replaying', 'executing'])
    first.journal.settle('s')
    await untilQuiet()
    expect(outputOf(first)).toEqual(['executing', 'executing', 'executing', 'executing'])
  })

  it('logs each line once, whatever the level that is configured for replays', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      ctx.logger.info('begins')
      await ctx.step('a', () => 1)
      ctx.logger.warn('in between')
      await ctx.sleep('s', '1h')
      ctx.logger.info('ends')
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(first.lines).toEqual(['info: begins', 'warn: in between'])
    expect(second.lines).toEqual(['info: ends'])
  })

  it('lets the code ask for the lines of a replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      ctx.configureLogger({ replay: 'warnings' })
      ctx.logger.info('unheard')
      ctx.logger.warn('heard again')
      await ctx.step('a', () => 1)
      await ctx.sleep('s', '1h')
    }
    const second = await replay(workflow, await runPass(workflow))
    expect(second.lines).toEqual(['warn: heard again'])
  })
})

describe('code that has changed', () => {
  it('blocks with both sides named when an operation is of another kind, and never hears of it', async () => {
    const heard: unknown[] = []
    const first = await runPass(async (ctx) => {
      await ctx.step('pay', () => 1)
      await ctx.sleep('s', '1h')
    })
    const second = await replay(async (ctx) => {
      await ctx.sleep('pay', '1h').catch((error: unknown) => heard.push(error))
      heard.push('went on')
    }, first)
    expect(second.journal.blockedBecause).toMatch(
      /pay.*holds STEP \(Step\) "pay".*called WAIT \(Wait\) "pay"/,
    )
    expect(second.pass.isDropped).toBe(true)
    expect(heard).toEqual([])
  })

  it('blocks when only the sort of step is another', async () => {
    const first = await runPass(async (ctx) => {
      await ctx.sideEffect('pay', () => 1)
      await ctx.sleep('s', '1h')
    })
    const second = await replay((ctx) => ctx.step('pay', () => 1), first)
    expect(second.journal.blockedBecause).toContain('SideEffect')
  })

  it('goes on where steps were inserted, removed and moved', async () => {
    const first = await runPass(async (ctx) => {
      await ctx.step('a', () => 'a')
      await ctx.step('b', () => 'b')
      await ctx.sleep('s', '1h')
    })
    const second = await replay(async (ctx) => {
      const b = await ctx.step('b', () => 'again')
      const fresh = await ctx.step('new', () => 'new')
      const a = await ctx.step('a', () => 'again')
      await ctx.sleep('s', '1h')
      return [a, b, fresh]
    }, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toEqual(['a', 'b', 'new'])
    expect(second.lines).toEqual([])
  })

  it('is warned of what it did not call any more', async () => {
    const first = await runPass(async (ctx) => {
      await ctx.step('removed', () => 1)
      await ctx.sleep('s', '1h')
    })
    const second = await replay(() => 'done', first)
    expect(outputOf(second)).toBe('done')
    expect(second.lines).toEqual([expect.stringMatching(/^warn: .*STEP "removed".*renamed or removed/)])
  })

  it('is warned, once and when it is suspended, of an open wait that it did not call any more', async () => {
    const first = await runPass((ctx) => ctx.waitForEvent('go'))
    const second = await replay(
      (ctx) =>
        ctx.runInChildContext('moved', async (inner) => {
          await inner.waitForEvent('ready')
          await inner.waitForEvent('go')
        }),
      first,
    )
    const warning =
      /^warn: The code waits, and has not called .*: CALLBACK "go"\. Was it renamed or removed\?/
    expect(second.lines).toEqual([expect.stringMatching(warning)])
    second.journal.settle('ready')
    await untilQuiet()
    expect(second.lines).toHaveLength(1)
  })

  it('is blocked for that where it asks for it', async () => {
    const first = await runPass(async (ctx) => {
      await ctx.step('removed', () => 1)
      await ctx.sleep('s', '1h')
    })
    const second = await replay(() => 'done', first, { onUnvisited: 'block' })
    expect(second.journal.blockedBecause).toContain('STEP "removed"')
    expect(second.journal.ending).toBeUndefined()
  })
})

describe('a failure that nobody awaits', () => {
  it('never kills the process, of whatever operation it is', async () => {
    const rejected: unknown[] = []
    const listener = (error: unknown): number => rejected.push(error)
    process.on('unhandledRejection', listener)
    try {
      const running = await runPass(async (ctx) => {
        void ctx.step('step', () => Promise.reject(new Error('boom')))
        void ctx.tryStep('try', 5 as never)
        void ctx.step('bad', 5 as never)
        void ctx.step('options', () => 1, { retries: 3 } as never)
        void ctx.sleep('wait', 'soon' as never)
        void ctx.sleepUntil('until', new Date(Number.NaN))
        void ctx.sideEffect('effect', () => {
          throw new Error('boom')
        })
        void ctx.waitForEvent('event', { timeout: -1 })
        void ctx.runInChildContext('context', () => Promise.reject(new Error('boom')))
        await ctx.step('last', () => 1)
        return 'done'
      })
      await untilQuiet()
      expect(outputOf(running)).toBe('done')
      expect(rejected).toEqual([])
    } finally {
      process.off('unhandledRejection', listener)
    }
  })
})

describe('wrong arguments', () => {
  it.each<[string, TestWorkflow]>([
    ['a name', (ctx) => ctx.step('', () => 1)],
    ['a name that is none', (ctx) => ctx.step(7 as never, () => 1)],
    ['an id', (ctx) => ctx.step('a', () => 1, { id: '\n' })],
    ['a body', (ctx) => ctx.step('a', 5 as never)],
    ['a body of a side effect', (ctx) => ctx.sideEffect('a', 5 as never)],
    ['a body of a context', (ctx) => ctx.runInChildContext('a', 5 as never)],
    ['an option', (ctx) => ctx.step('a', () => 1, { retires: 3 } as never)],
    ['a duration', (ctx) => ctx.sleep('a', Number.NaN)],
    ['a date', (ctx) => ctx.sleepUntil('a', 'tomorrow' as never)],
  ])('reject before anything is recorded: %s', async (_, workflow) => {
    const { journal } = await runPass(workflow)
    expect(journal.ending).toMatchObject({ kind: 'failed', error: { code: 'VALIDATION' } })
    expect(journal.rows).toEqual([])
  })
})

describe('a durable call in the body of a step', () => {
  it('is refused, with the step named, however deep it is', async () => {
    const running = await runPass(async (ctx) => {
      const nested = async (): Promise<void> => {
        await Promise.resolve()
        await ctx.sleep('inner', 1)
      }
      const { error } = (await ctx.tryStep('outer', nested)) as { error: Error }
      return [error.message, (error.cause as Error | undefined)?.message]
    })
    expect(String(outputOf(running))).toContain('"inner" was called inside of step "outer"')
  })

  it('is refused in a side effect', async () => {
    const { journal } = await runPass((ctx) =>
      ctx.sideEffect('outer', () => {
        void ctx.step('inner', () => 1).catch(() => {})
        return 1
      }),
    )
    expect(journal.row('inner')).toBeUndefined()
  })

  it('is no such thing if a workflow is begun from there: it is not part of the body', async () => {
    let begun: Awaited<ReturnType<typeof runPass>> | undefined
    const outer = await runPass(async (ctx) => {
      await ctx.step('starts another', async () => {
        begun = await runPass((other) => other.step('charge', () => 'charged'))
      })
    })
    await untilQuiet()
    expect(outer.journal.ending?.kind).toBe('completed')
    expect(begun?.journal.ending).toMatchObject({ kind: 'completed' })
  })
})

describe('a repeated name', () => {
  const warnings = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('warn'))

  it('is warned of after an await, while an earlier one is open', async () => {
    const { lines } = await runPass(async (ctx) => {
      void ctx.sleep('page', '1h')
      await ctx.step('other', () => 1)
      void ctx.sleep('page', '1h')
      await ctx.sleep('end', '1h')
    })
    expect(warnings(lines)).toEqual([expect.stringMatching(/"page#2" may differ.*different names/)])
  })

  it('is not in one go, nor one after the other, nor in another context', async () => {
    const { lines } = await runPass(async (ctx) => {
      await Promise.all([1, 2, 3].map(() => ctx.step('page', () => 1)))
      await ctx.step('page', () => 1)
      void ctx.sleep('page', '1h')
      await ctx.step('other', () => 1)
      await ctx.runInChildContext('inner', (inner) => inner.step('page', () => 1))
    })
    expect(warnings(lines)).toEqual([])
  })

  it('is not where each has an id of its own', async () => {
    const { lines } = await runPass(async (ctx) => {
      void ctx.step('page', () => new Promise(() => {}), { id: 'page-1' })
      await ctx.step('other', () => 1)
      void ctx.step('page', () => new Promise(() => {}), { id: 'page-2' })
      await ctx.step('another', () => 1)
    })
    expect(warnings(lines)).toEqual([])
  })

  it('is where two ids are the same, whatever the names', async () => {
    const { lines } = await runPass(async (ctx) => {
      void ctx.step('first', () => new Promise(() => {}), { id: 'page' })
      await ctx.step('other', () => 1)
      void ctx.step('second', () => new Promise(() => {}), { id: 'page' })
      await ctx.step('another', () => 1)
    })
    expect(warnings(lines)).toHaveLength(1)
  })

  it('was warned of already when it replays', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      void ctx.sleep('page', '1h')
      await ctx.step('other', () => 1)
      void ctx.sleep('page', '1h')
      await ctx.step('another', () => 1)
      await ctx.sleep('end', '1h')
    }
    const second = await replay(workflow, await runPass(workflow))
    expect(warnings(second.lines)).toEqual([])
  })
})

describe('the watchdog', () => {
  it('warns of a wait for something that is not durable', async () => {
    const { clock, lines } = await runPass(() => new Promise(() => {}))
    clock.advance(999)
    expect(lines).toEqual([])
    clock.advance(1)
    expect(lines).toEqual([expect.stringMatching(/warn: .*order-42.*1000 ms.*not durable/)])
  })

  it('says nothing while a body runs or a durable wait is open', async () => {
    const body = await runPass((ctx) => ctx.step('long', () => new Promise(() => {})))
    const wait = await runPass((ctx) => ctx.sleep('long', '1h'))
    body.clock.advance(5_000)
    wait.clock.advance(5_000)
    expect([...body.lines, ...wait.lines]).toEqual([])
  })

  it('starts over whenever user code went on', async () => {
    const { clock, lines } = await runPass(async (ctx) => {
      await new Promise<void>((resolve) => void clocked.push(resolve))
      await ctx.step('a', () => 1)
      await new Promise(() => {})
    })
    clock.advance(900)
    for (const resolve of clocked) resolve()
    await untilQuiet()
    clock.advance(900)
    expect(lines).toEqual([])
    clock.advance(100)
    expect(lines).toHaveLength(1)
  })

  it('leaves no timer behind when the run ends or is dropped', async () => {
    const ended = await runPass(() => 1)
    const dropped = await runPass(() => new Promise(() => {}))
    expect(dropped.clock.pendingTimers).toBe(1)
    dropped.journal.drop('LEASE_LOST')
    expect([ended.clock.pendingTimers, dropped.clock.pendingTimers]).toEqual([0, 0])
  })

  it('can be switched off', async () => {
    const { clock } = await runPass(() => new Promise(() => {}), { watchdogMs: null })
    expect(clock.pendingTimers).toBe(0)
  })
})

const clocked: (() => void)[] = []

describe('the limit on operations', () => {
  it('refuses the one above it, before its body runs, and leaves what is recorded', async () => {
    const ran: string[] = []
    const workflow: TestWorkflow = async (ctx) => {
      for (const name of ['a', 'b', 'c']) await ctx.step(name, () => void ran.push(name))
    }
    const prepare = (journal: { capabilities: Capabilities }): void => {
      journal.capabilities = capabilities({ adapter: 'array', limits: { maxOperations: 2 } })
    }
    const { journal } = await runPass(workflow, { prepare })
    expect(ran).toEqual(['a', 'b'])
    expect(journal.ending).toMatchObject({
      kind: 'failed',
      error: { code: 'VALIDATION', data: { details: { field: 'operations', value: '3', limit: 2 } } },
    })
    expect(journal.rows.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  })
})
