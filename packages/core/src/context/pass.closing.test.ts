import { describe, expect, it } from 'vitest'
import {
  type Gate,
  gate,
  outputOf,
  replay,
  runPass,
  type TestWorkflow,
  untilQuiet,
} from '../../test/run-pass.js'
import type { DurableContextOps } from '../durable-context.js'
import type { StepContext } from '../step-context.js'

/** A body that ends when its gate opens, and pays no heed to its signal. */
function stubborn(
  opened: Gate<unknown>,
  signals: AbortSignal[] = [],
): (step: StepContext) => Promise<unknown> {
  return (step) => {
    signals.push(step.signal)
    return opened.promise
  }
}

describe('a workflow that ends while bodies run', () => {
  it('tells them to stop, and waits for their outcomes', async () => {
    const body = gate<unknown>()
    const signals: AbortSignal[] = []
    const running = await runPass((ctx) => {
      void ctx.step('slow', stubborn(body, signals))
      return 'done'
    })
    expect(running.journal.ending).toBeUndefined()
    expect(signals[0]?.reason).toMatchObject({ code: 'CANCELLED' })
    body.open('late')
    await untilQuiet()
    expect(outputOf(running)).toBe('done')
    expect(running.journal.row('slow')).toMatchObject({ status: 'SUCCEEDED', value: { data: '"late"' } })
  })

  it('keeps the contexts open in which they run: what is in a closed one is not run again', async () => {
    const body = gate<unknown>()
    const workflow: TestWorkflow = (ctx) => {
      void ctx.runInChildContext('outer', (outer) =>
        outer.runInChildContext('inner', (inner) => inner.step('slow', stubborn(body))),
      )
      void ctx.step('quick', () => 'recorded at once')
      return 'done'
    }
    const first = await runPass(workflow)
    expect(first.journal.row('quick')?.status).toBe('SUCCEEDED')
    expect(first.journal.row('outer')?.status).toBe('STARTED')
    const second = await replay(workflow, first)
    body.open('late')
    await untilQuiet()
    expect(outputOf(second)).toBe('done')
    const ended = second.journal.rows.toSorted((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
    expect(ended.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'quick SUCCEEDED',
      'slow SUCCEEDED',
      'inner CANCELLED',
      'outer CANCELLED',
    ])
  })

  it('aborts ctx.signal at once, not only when they have ended', async () => {
    const signals: AbortSignal[] = []
    await runPass((ctx) => {
      signals.push(ctx.signal)
      void ctx.step('slow', () => new Promise(() => {}))
    })
    expect(signals[0]?.aborted).toBe(true)
  })

  it('ends without them at the end of the grace, and drops what comes later', async () => {
    const body = gate<unknown>()
    const running = await runPass((ctx) => {
      void ctx.step('slow', stubborn(body))
      return 'done'
    })
    running.clock.advance(4_999)
    await untilQuiet()
    expect(running.journal.ending).toBeUndefined()
    running.clock.advance(1)
    await untilQuiet()
    expect(outputOf(running)).toBe('done')
    body.open('too late')
    await untilQuiet()
    expect(running.journal.row('slow')).toBeUndefined()
    expect(running.journal.hasNews).toBe(false)
  })

  it('makes a failed attempt final: there is no later one', async () => {
    const body = gate<unknown>()
    const running = await runPass((ctx) => {
      void ctx.step('slow', stubborn(body), { retry: { maxAttempts: 5 } })
      return 'done'
    })
    body.fail(new Error('boom'))
    await untilQuiet()
    expect(running.journal.row('slow')).toMatchObject({ status: 'FAILED', attempt: 1 })
    expect(outputOf(running)).toBe('done')
  })

  it('starts no body that is called after the end', async () => {
    const bodies: string[] = []
    const outside = gate()
    const refused: unknown[] = []
    const running = await runPass((ctx) => {
      const late = outside.promise.then(() => ctx.step('late', () => bodies.push('late')))
      late.catch((error: { code: string }) => refused.push(error.code))
      void ctx.step('slow', () => new Promise(() => {}))
      return 'done'
    })
    outside.open()
    await untilQuiet()
    expect(bodies).toEqual([])
    expect(refused).toEqual(['CONTEXT_ENDED'])
    running.clock.advance(5_000)
    await untilQuiet()
    expect(outputOf(running)).toBe('done')
  })

  it('cancels open waits in the closing commit', async () => {
    const { journal } = await runPass(async (ctx) => {
      void ctx.sleep('timer', '1h')
      void ctx.waitForEvent('event')
      void ctx.step('retried', () => Promise.reject(new Error('boom')), {
        retry: { maxAttempts: 2, jitter: 'none' },
      })
      await ctx.step('a', () => 1)
      await ctx.step('b', () => 1)
      return 'done'
    })
    expect(journal.ending?.kind).toBe('completed')
    expect(journal.rows.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'timer CANCELLED',
      'event CANCELLED',
      'a SUCCEEDED',
      'retried CANCELLED',
      'b SUCCEEDED',
    ])
  })

  it('waits for no delay of a retry, wherever it is spent', async () => {
    const retry = { maxAttempts: 2, jitter: 'none', mode: 'inProcess' } as const
    const running = await runPass(async (ctx) => {
      void ctx.step('retried', () => Promise.reject(new Error('boom')), { retry })
      await ctx.step('a', () => 1)
      return 'done'
    })
    await untilQuiet()
    expect(running.clock.pendingTimers).toBe(0)
    expect(outputOf(running)).toBe('done')
  })

  it('records the outcome of a body whose codec needs time', async () => {
    const encoded = gate()
    const codec = {
      name: 'slow',
      encode: async (value: unknown) => {
        await encoded.promise
        return { format: 'slow', data: JSON.stringify(value) }
      },
      decode: (): unknown => 1,
    }
    const running = await runPass(async (ctx) => {
      void ctx.step('slow', () => 'slow', { codec, trackStart: true })
      await ctx.step('a', () => 1)
      await ctx.step('b', () => 1)
      return 'done'
    })
    encoded.open()
    await untilQuiet()
    expect(running.journal.row('slow')).toMatchObject({ status: 'SUCCEEDED' })
    expect(outputOf(running)).toBe('done')
  })
})

describe('a child context that ends while bodies run', () => {
  it('is recorded after them, and its parent goes on then', async () => {
    const body = gate<unknown>()
    const running = await runPass((ctx) =>
      ctx.runInChildContext('kid', (kid) => {
        void kid.step('slow', stubborn(body))
        return 'kid'
      }),
    )
    expect(running.journal.row('kid')?.status).not.toBe('SUCCEEDED')
    body.open(1)
    await untilQuiet()
    expect(running.journal.rows.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'kid SUCCEEDED',
      'slow SUCCEEDED',
    ])
    expect(outputOf(running)).toBe('kid')
  })

  it('is cancelled if the parent ends first, and its late end breaks nothing', async () => {
    const body = gate<unknown>()
    const rejected: unknown[] = []
    const listener = (error: unknown): number => rejected.push(error)
    process.on('unhandledRejection', listener)
    try {
      const running = await runPass(async (ctx) => {
        void ctx.runInChildContext('kid', (kid) => {
          void kid.step('slow', stubborn(body))
        })
        await ctx.step('a', () => 1)
        return 'done'
      })
      body.open(1)
      await untilQuiet()
      expect(rejected).toEqual([])
      expect(outputOf(running)).toBe('done')
      expect(running.journal.row('kid')?.status).toBe('CANCELLED')
    } finally {
      process.off('unhandledRejection', listener)
    }
  })

  it('does not keep the parent from waiting for its own things, if a body of it never ends', async () => {
    const outside = gate()
    const running = await runPass(async (ctx) => {
      await ctx.runInChildContext('kid', (kid) => {
        void kid.step('slow', () => new Promise(() => {}))
      })
      await outside.promise
      return ctx.step('after', () => 'after')
    })
    running.clock.advance(5_000)
    await untilQuiet()
    // Nothing durable is open any more, so letting go would be forever.
    expect(running.journal.isReleased).toBe(false)
    outside.open()
    await untilQuiet()
    expect(outputOf(running)).toBe('after')
  })

  it('leaves those of the parent alone', async () => {
    const body = gate<unknown>()
    const signals: AbortSignal[] = []
    const running = await runPass(async (ctx) => {
      const outer = ctx.step('outer', stubborn(body, signals))
      const kid = await ctx.runInChildContext('kid', () => 'kid')
      return [kid, await outer]
    })
    expect(signals[0]?.aborted).toBe(false)
    body.open('outer')
    await untilQuiet()
    expect(outputOf(running)).toEqual(['kid', 'outer'])
  })
})

describe('cancel', () => {
  const caught = async (name: string, wait: Promise<unknown>): Promise<string> => {
    try {
      await wait
      return `${name} ended`
    } catch (error) {
      return `${name}: ${(error as { code?: string }).code}`
    }
  }

  it('rejects every open operation once, in the order of the calls, and lets the code clean up', async () => {
    const order: string[] = []
    const workflow: TestWorkflow = async (ctx) => {
      const waits = [
        ctx.sleep('timer', '1h'),
        ctx.waitForEvent('event'),
        ctx.step('body', () => new Promise(() => {})),
      ]
      const names = ['timer', 'event', 'body']
      await Promise.all(waits.map(async (wait, index) => order.push(await caught(names[index] ?? '', wait))))
      order.push(
        await caught(
          'cleanup',
          ctx.step('cleanup', () => 1),
        ),
      )
      await ctx.sleep('pause', '1s')
      order.push('paused')
    }
    const running = await runPass(workflow)
    running.journal.cancel()
    await untilQuiet()
    expect(order).toEqual(['timer: CANCELLED', 'event: CANCELLED', 'body: CANCELLED', 'cleanup ended'])
    running.journal.settle('pause')
    await untilQuiet()
    // The body pays no heed to its signal.
    running.clock.advance(5_000)
    await untilQuiet()
    expect(running.journal.ending).toEqual({ kind: 'cancelled' })

    const live = order.splice(0)
    const second = await replay(workflow, running)
    second.clock.advance(5_000)
    await untilQuiet()
    expect(order).toEqual(live)
    expect(second.journal.ending?.kind).toBe('cancelled')
  })

  it('rejects the next operation if none is open', async () => {
    const order: string[] = []
    const outside = gate()
    const { journal } = await runPass(async (ctx) => {
      await outside.promise
      order.push(
        await caught(
          'next',
          ctx.step('next', () => 1),
        ),
      )
      order.push(
        await caught(
          'after',
          ctx.step('after', () => 1),
        ),
      )
    })
    journal.cancel()
    await untilQuiet()
    outside.open()
    await untilQuiet()
    expect(order).toEqual(['next: CANCELLED', 'after ended'])
    expect(journal.row('next')).toBeUndefined()
  })

  it('rejects what is open in a child context, not the context itself', async () => {
    const order: string[] = []
    const { journal } = await runPass(async (ctx) => {
      await ctx.runInChildContext('kid', async (kid) => {
        order.push(await caught('inner', kid.sleep('inner', '1h')))
        return 'cleaned up'
      })
      order.push('kid ended')
    })
    journal.cancel()
    await untilQuiet()
    expect(order).toEqual(['inner: CANCELLED', 'kid ended'])
  })

  it('does not count what is left open in a context that has ended', async () => {
    const order: string[] = []
    const outside = gate()
    const { journal, clock } = await runPass(async (ctx) => {
      await ctx.runInChildContext('kid', (kid) => {
        void kid.step('slow', () => new Promise(() => {}))
      })
      await outside.promise
      order.push(
        await caught(
          'next',
          ctx.step('next', () => 1),
        ),
      )
    })
    clock.advance(5_000)
    await untilQuiet()
    journal.cancel()
    await untilQuiet()
    outside.open()
    await untilQuiet()
    expect(order).toEqual(['next: CANCELLED'])
  })

  it('aborts the signals', async () => {
    const signals: AbortSignal[] = []
    const { journal } = await runPass(async (ctx) => {
      signals.push(ctx.signal)
      await ctx.step('body', (step) => {
        signals.push(step.signal)
        return new Promise(() => {})
      })
    })
    journal.cancel('enough')
    await untilQuiet()
    expect(signals.map(({ reason }) => reason?.code)).toEqual(['CANCELLED', 'CANCELLED'])
    expect(signals[0]?.reason.message).toContain('enough')
  })

  it('ends the run as cancelled, whatever the code makes of it', async () => {
    const { journal } = await runPass(async (ctx) => {
      await ctx.sleep('timer', '1h').catch(() => {})
      return 'as if nothing had happened'
    })
    journal.cancel()
    await untilQuiet()
    expect(journal.ending?.kind).toBe('cancelled')
  })

  it('records what a body that was running comes to, and delivers it to nobody', async () => {
    const body = gate<unknown>()
    const order: string[] = []
    const { journal } = await runPass(async (ctx) => {
      order.push(await caught('body', ctx.step('body', stubborn(body))))
      await ctx.sleep('cleanup', '1h')
    })
    journal.cancel()
    await untilQuiet()
    body.open('late')
    await untilQuiet()
    expect(journal.row('body')).toMatchObject({ status: 'SUCCEEDED' })
    expect(order).toEqual(['body: CANCELLED'])
  })

  it('ends the delay of a retry, wherever it is spent', async () => {
    for (const mode of ['suspend', 'inProcess'] as const) {
      const running = await runPass(async (ctx) => {
        const retry = { maxAttempts: 2, jitter: 'none', mode } as const
        await ctx.step('retried', () => Promise.reject(new Error('boom')), { retry }).catch(() => {})
        return 'cleaned up'
      })
      running.journal.cancel()
      await untilQuiet()
      expect(running.clock.pendingTimers, mode).toBe(0)
      expect(running.journal.ending?.kind, mode).toBe('cancelled')
      expect(running.journal.row('retried')?.status, mode).toBe('CANCELLED')
    }
  })
})

it('closes contexts that are nested deeper than the stack is', async () => {
  /** Each level in a turn of its own: the stack of user code is not at issue. */
  const nest = async (ctx: DurableContextOps, level: number): Promise<void> => {
    await Promise.resolve()
    if (level === 0) return ctx.sleep('s', '1h')
    await ctx.runInChildContext('n', (inner) => nest(inner, level - 1))
  }
  const { journal } = await runPass(async (ctx) => {
    nest(ctx, 6_000).catch(() => {})
    await ctx.sleep('meanwhile', '1m')
  })
  expect(journal.rows).toHaveLength(6_002)
  journal.settle('meanwhile')
  await untilQuiet()
  expect(journal.ending?.kind).toBe('completed')
  expect(journal.row('s')?.status).toBe('CANCELLED')
})
