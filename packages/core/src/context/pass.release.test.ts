import { describe, expect, it } from 'vitest'
import { type Gate, gate, outputOf, runPass, untilQuiet } from '../../test/run-pass.js'

/** A workflow that waits durably and, beside that, for something of its own; then it calls a step. */
async function callAfterRelease(outside: Gate, bodies: string[] = []) {
  const running = await runPass(async (ctx) => {
    const approved = ctx.waitForEvent('approved')
    await outside.promise
    const charged = await ctx.step('charge', () => bodies.push('charge'))
    await approved
    return charged
  })
  expect(running.journal.isReleased).toBe(true)
  return running
}

describe('a pass that was let go of', () => {
  it('parks what is called: no body starts, and nothing is recorded', async () => {
    const outside = gate()
    const bodies: string[] = []
    const { journal } = await callAfterRelease(outside, bodies)
    outside.open()
    await untilQuiet()
    expect(bodies).toEqual([])
    expect(journal.hasNews).toBe(false)
  })

  it('asks for the run, and says what is wrong with the code', async () => {
    const outside = gate()
    const { journal, lines } = await callAfterRelease(outside)
    expect(journal.takeBackCount).toBe(0)
    outside.open()
    await untilQuiet()
    expect(journal.takeBackCount).toBe(1)
    expect(lines).toEqual([expect.stringContaining('awaited something that is not durable')])
  })

  it('asks for the run also when its function has come to its end', async () => {
    const outside = gate()
    const { journal } = await runPass((ctx) => Promise.race([ctx.sleep('nap', '1d'), outside.promise]))
    expect(journal.isReleased).toBe(true)
    outside.open()
    await untilQuiet()
    expect(journal.takeBackCount).toBe(1)
  })

  it('asks for the run at once if it went on while it was being let go of', async () => {
    const { journal, pass, lines } = await runPass((ctx) => ctx.waitForEvent('approved'), {
      prepare: (each) => Object.assign(each, { idle: () => {} }),
    })
    pass.suspended(true)
    expect(journal.takeBackCount).toBe(1)
    expect(lines).toEqual([expect.stringContaining('awaited something that is not durable')])
  })

  it.each(['the workflow', 'a child context'])(
    'is not let go of while what %s has returned is being encoded',
    async (which) => {
      const encoding = gate()
      const running = await runPass(
        async (ctx) => {
          void ctx.waitForEvent('approved')
          if (which === 'the workflow') return 'done'
          return ctx.runInChildContext('child', async () => 'done')
        },
        {
          codec: {
            name: 'slow',
            encode: async (value) => {
              await encoding.promise
              return { format: 'slow', data: JSON.stringify(value) }
            },
            decode: async ({ data }) => JSON.parse(String(data)),
          },
        },
      )
      await untilQuiet()
      expect(running.journal.isReleased).toBe(false)
      encoding.open()
      await untilQuiet()
      expect(running.journal.ending?.kind).toBe('completed')
      expect(running.lines).toEqual([])
    },
  )

  it('does not wait for a child context that nobody waits for any more', async () => {
    const ended = gate()
    const never = {
      name: 'never',
      encode: () => new Promise<never>(() => {}),
      decode: async () => null,
    }
    const { journal } = await runPass(async (ctx) => {
      await ctx.runInChildContext('outer', async (outer) => {
        void outer.runInChildContext('inner', () => ended.promise, { codec: never })
      })
      ended.open()
      await ctx.waitForEvent('approved')
    })
    await untilQuiet()
    expect(journal.isReleased).toBe(true)
  })

  it('asks for nothing as long as its code waits', async () => {
    const { journal } = await runPass((ctx) => ctx.waitForEvent('approved'))
    expect(journal.isReleased).toBe(true)
    await untilQuiet()
    expect(journal.takeBackCount).toBe(0)
  })

  it('runs what was parked as soon as the run is held again, once', async () => {
    const outside = gate()
    const bodies: string[] = []
    const running = await callAfterRelease(outside, bodies)
    outside.open()
    await untilQuiet()
    running.journal.resume()
    await untilQuiet()
    expect(bodies).toEqual(['charge'])
    running.journal.settle('approved')
    await untilQuiet()
    expect(outputOf(running)).toBe(1)
    expect(bodies).toEqual(['charge'])
  })

  it.each<[string, (ctx: Parameters<Parameters<typeof runPass>[0]>[0]) => Promise<unknown>]>([
    ['a sleep', (ctx) => ctx.sleep('parked', '1h')],
    ['a wait for an event', (ctx) => ctx.waitForEvent('parked', { timeout: '1h' })],
    ['a side effect', (ctx) => ctx.sideEffect('parked', () => 1)],
  ])('parks %s', async (_, operation) => {
    const outside = gate()
    const { journal } = await runPass(async (ctx) => {
      void ctx.waitForEvent('approved')
      await outside.promise
      await operation(ctx)
    })
    outside.open()
    await untilQuiet()
    expect(journal.hasNews).toBe(false)
    journal.resume()
    await untilQuiet()
    expect(journal.row('parked')).toBeDefined()
  })

  it('parks again what still may not start', async () => {
    const outside = gate()
    const bodies: string[] = []
    const { journal } = await callAfterRelease(outside, bodies)
    outside.open()
    await untilQuiet()
    journal.canStart = false
    journal.resume()
    await untilQuiet()
    expect(bodies).toEqual([])
    journal.canStart = true
    journal.resume()
    await untilQuiet()
    expect(bodies).toEqual(['charge'])
  })

  it('ends once it is held again, if its function came to its end meanwhile', async () => {
    const outside = gate()
    const running = await runPass(async (ctx) => {
      void ctx.waitForEvent('approved')
      await outside.promise
      return 'done'
    })
    outside.open()
    await untilQuiet()
    expect(running.journal.ending).toBeUndefined()
    running.journal.resume()
    await untilQuiet()
    expect(outputOf(running)).toBe('done')
  })

  it('ends once it is held again, if its end was on its way when it was let go of', async () => {
    const outside = gate()
    const running = await runPass(
      async (ctx) => {
        void ctx.waitForEvent('approved')
        await outside.promise
        return 'done'
      },
      // Letting go takes time, as a store does: the pass goes on meanwhile.
      { prepare: (journal) => Object.assign(journal, { idle: () => {}, finish: () => {} }) },
    )
    outside.open()
    await untilQuiet()
    running.pass.suspended(false)
    Reflect.deleteProperty(running.journal, 'finish')
    running.pass.resumed()
    await untilQuiet()
    expect(outputOf(running)).toBe('done')
  })

  it('starts nothing that a cancel has overtaken', async () => {
    const outside = gate()
    const bodies: string[] = []
    const running = await runPass(async (ctx) => {
      void ctx.waitForEvent('approved')
      await outside.promise
      const ended = await Promise.allSettled([
        ctx.step('charge', () => bodies.push('charge')),
        ctx.sideEffect('draw', () => bodies.push('draw')),
        ctx.sleep('wait', '1h'),
        ctx.waitForEvent('another'),
      ])
      expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
      await ctx.step('cleanup', () => bodies.push('cleanup'))
    })
    outside.open()
    await untilQuiet()
    running.journal.canStart = false
    running.journal.cancel()
    await untilQuiet()
    running.journal.canStart = true
    running.journal.resume()
    await untilQuiet()
    expect(running.journal.ending?.kind).toBe('cancelled')
    expect(bodies).toEqual(['cleanup'])
    expect(running.journal.rows.map(({ name }) => name)).toEqual(['approved', 'cancel', 'cleanup'])
  })
})

describe('a run that may start nothing', () => {
  it('parks what is called and counts as waiting, so that it can be let go of', async () => {
    const running = await runPass((ctx) => ctx.step('charge', () => 'charged'), {
      prepare: (journal) => Object.assign(journal, { canStart: false }),
    })
    expect(running.journal.isReleased).toBe(true)
    running.journal.canStart = true
    running.journal.resume()
    await untilQuiet()
    expect(outputOf(running)).toBe('charged')
  })
})

describe('a pass that was dropped', () => {
  it('never settles anything, starts nothing and records nothing', async () => {
    const outside = gate()
    const heard: string[] = []
    const { journal, pass } = await runPass(async (ctx) => {
      const first = ctx.sleep('first', '1h')
      void first.then(
        () => heard.push('first'),
        () => heard.push('first'),
      )
      await outside.promise
      await ctx.step('second', () => heard.push('second'))
      heard.push('went on')
    })
    pass.dropped('LEASE_LOST')
    journal.settle('first')
    outside.open()
    await untilQuiet()
    expect(heard).toEqual([])
    expect(journal.hasNews).toBe(false)
    expect(journal.ending).toBeUndefined()
  })

  it('drops the outcome of a body that was running', async () => {
    const body = gate<string>()
    const { journal, pass } = await runPass((ctx) => ctx.step('charge', () => body.promise))
    pass.dropped('LEASE_LOST')
    body.open('charged')
    await untilQuiet()
    expect(journal.hasNews).toBe(false)
  })

  it('aborts the signals of the context and of every body, however deep, with LEASE_LOST', async () => {
    const signals: AbortSignal[] = []
    const { pass } = await runPass(async (ctx) => {
      signals.push(ctx.signal)
      const body = (step: { readonly signal: AbortSignal }): Promise<never> => {
        signals.push(step.signal)
        return new Promise(() => {})
      }
      void ctx.step('a', body)
      await ctx.runInChildContext('outer', (outer) =>
        outer.runInChildContext('inner', (inner) => inner.step('b', body)),
      )
    })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false])
    pass.dropped('LEASE_LOST')
    expect(signals.map(({ reason }) => reason?.code)).toEqual(['LEASE_LOST', 'LEASE_LOST', 'LEASE_LOST'])
  })

  it('aborts with the reason also where the signal is asked for later', async () => {
    const { pass } = await runPass((ctx) => ctx.sleep('s', '1h'))
    pass.dropped('LEASE_LOST')
    expect(pass.signal.reason).toMatchObject({ code: 'LEASE_LOST', details: { executionId: 'order-42' } })
  })

  it('leaves no timer behind: neither of an attempt nor of a grace', async () => {
    const attempt = await runPass((ctx) =>
      ctx.step('a', () => new Promise(() => {}), { attemptTimeout: '1h' }),
    )
    const closing = await runPass((ctx) => {
      void ctx.step('a', () => new Promise(() => {}))
    })
    // One of these each, and the look at bodies that run for long.
    expect([attempt.clock.pendingTimers, closing.clock.pendingTimers]).toEqual([2, 2])
    attempt.pass.dropped('LEASE_LOST')
    closing.pass.dropped('LEASE_LOST')
    expect([attempt.clock.pendingTimers, closing.clock.pendingTimers]).toEqual([0, 0])
  })

  it('is dropped once', async () => {
    const { pass } = await runPass((ctx) => ctx.sleep('s', '1h'))
    pass.dropped('EVICTED')
    pass.dropped('LEASE_LOST')
    pass.resumed()
    pass.suspended(false)
    expect(pass.isDropped).toBe(true)
  })
})
