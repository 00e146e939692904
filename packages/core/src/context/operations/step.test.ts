import { describe, expect, it } from 'vitest'
import {
  gate,
  outputOf,
  type RunningPass,
  replay,
  runPass,
  type TestWorkflow,
  untilQuiet,
} from '../../../test/run-pass.js'
import type { Codec } from '../../codec.js'
import { NonRetryableError } from '../../errors.js'
import type { StepContext } from '../../step-context.js'
import type { StepOptions } from '../../step-options.js'

/** A workflow of one step, whose outcome is its own. */
function oneStep(body: (step: StepContext) => unknown, options?: StepOptions): TestWorkflow {
  return (ctx) => ctx.step('charge', body, options)
}

function failing(message = 'boom'): () => Promise<never> {
  return () => Promise.reject(new Error(message))
}

const twice: StepOptions = { retry: { maxAttempts: 2, initialInterval: 500, jitter: 'none' } }

async function readyAgain(running: RunningPass): Promise<void> {
  running.journal.ready('charge')
  await untilQuiet()
}

describe('a step', () => {
  it('is one record: its outcome', async () => {
    const running = await runPass(oneStep(() => ({ id: 'ch_1' })))
    expect(outputOf(running)).toEqual({ id: 'ch_1' })
    expect(running.journal.rows).toMatchObject([
      {
        name: 'charge',
        type: 'STEP',
        subType: 'Step',
        status: 'SUCCEEDED',
        attempt: 1,
        value: { data: '{"id":"ch_1"}' },
      },
    ])
  })

  it('may be synchronous, and may return anything that can be awaited', async () => {
    // biome-ignore lint/suspicious/noThenProperty: what some libraries give
    const thenable = { then: (resolve: (value: number) => void) => resolve(3) }
    const running = await runPass(async (ctx) => [
      await ctx.step('sync', () => 1),
      await ctx.step('async', async () => 2),
      await ctx.step('thenable', () => thenable as unknown as Promise<number>),
    ])
    expect(outputOf(running)).toEqual([1, 2, 3])
  })

  it('gives the first pass the copy that a replay will get', async () => {
    const shared = { n: 1 }
    const running = await runPass(async (ctx) => {
      const given = await ctx.step('a', () => shared)
      shared.n = 2
      return given
    })
    expect(outputOf(running)).toEqual({ n: 1 })
  })

  it('starts at the call, not when it is awaited', async () => {
    const order: string[] = []
    await runPass(async (ctx) => {
      const first = ctx.step('first', () => order.push('first'))
      order.push('after the call')
      await first
    })
    expect(order).toEqual(['first', 'after the call'])
  })

  it('hands its body what identifies the attempt', async () => {
    const seen: unknown[] = []
    const running = await runPass(
      oneStep((step) => {
        seen.push([
          step.name,
          step.attempt,
          step.executionId,
          step.idempotencyKey === `order-42/1/${step.operationId}`,
        ])
        throw new Error('boom')
      }, twice),
    )
    await readyAgain(running)
    expect(seen).toEqual([
      ['charge', 1, 'order-42', true],
      ['charge', 2, 'order-42', true],
    ])
  })
})

describe('a failed attempt', () => {
  it('is final without a retry: a StepError with the cause, name and number of attempts', async () => {
    const { journal } = await runPass(oneStep(failing('card declined')))
    expect(journal.ending).toMatchObject({
      kind: 'failed',
      error: {
        code: 'STEP_FAILED',
        message: expect.stringContaining(
          '"charge" of execution order-42 failed for good after 1 attempt: card declined',
        ),
        data: { details: { name: 'charge', attempts: 1, executionId: 'order-42' } },
        cause: { message: 'card declined' },
      },
    })
  })

  it('is recorded with its error and the time of the next before the delay begins', async () => {
    const { journal } = await runPass(oneStep(failing(), twice))
    expect(journal.row('charge')).toMatchObject({
      status: 'PENDING',
      attempt: 1,
      dueAt: 10_500,
      error: { message: 'boom' },
    })
    expect(journal.isReleased).toBe(true)
  })

  it('is followed by the next when its time has come', async () => {
    const bodies: number[] = []
    const running = await runPass(
      oneStep((step) => {
        bodies.push(step.attempt)
        if (step.attempt === 1) throw new Error('boom')
        return 'charged'
      }, twice),
    )
    expect(bodies).toEqual([1])
    await readyAgain(running)
    expect(outputOf(running)).toBe('charged')
    expect(running.journal.row('charge')).toMatchObject({ status: 'SUCCEEDED', attempt: 2, error: null })
  })

  it('goes on counting after a crash, and waits for the recorded time', async () => {
    const bodies: number[] = []
    const workflow = oneStep((step) => {
      bodies.push(step.attempt)
      throw new Error('boom')
    }, twice)
    const second = await replay(workflow, await runPass(workflow))
    expect(bodies).toEqual([1])
    await readyAgain(second)
    expect(bodies).toEqual([1, 2])
    expect(second.journal.row('charge')).toMatchObject({ status: 'FAILED', attempt: 2 })
  })

  it('is final when the attempts are used up, and after that it is never run again', async () => {
    const bodies: number[] = []
    const workflow: TestWorkflow = async (ctx) => {
      const outcome = await ctx.tryStep('charge', (step) => {
        bodies.push(step.attempt)
        throw new Error('boom')
      })
      await ctx.sleep('s', '1h')
      return outcome.ok
    }
    const second = await replay(workflow, await runPass(workflow))
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe(false)
    expect(bodies).toEqual([1])
  })

  it('is final if the error says so, or the policy', async () => {
    const options: StepOptions = {
      retry: { maxAttempts: 5, retryIf: (error) => error.message !== 'hopeless' },
    }
    const byError = await runPass(oneStep(() => Promise.reject(new NonRetryableError('declined')), options))
    const byPolicy = await runPass(oneStep(failing('hopeless'), options))
    expect([byError, byPolicy].map(({ journal }) => journal.row('charge')?.status)).toEqual([
      'FAILED',
      'FAILED',
    ])
  })

  it('is final with the error of the policy if that throws', async () => {
    const retryIf = (): boolean => {
      throw new Error('bad policy')
    }
    const { journal } = await runPass(oneStep(failing(), { retry: { maxAttempts: 5, retryIf } }))
    expect(journal.row('charge')).toMatchObject({ status: 'FAILED', error: { message: 'bad policy' } })
  })

  it('may be anything that was thrown', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what users do
    const { journal } = await runPass(oneStep(() => Promise.reject('just a text'), twice))
    expect(journal.row('charge')).toMatchObject({ status: 'PENDING', error: { message: 'just a text' } })
  })

  it('keeps the process busy during its delay if that is to be spent there', async () => {
    const { journal } = await runPass(oneStep(failing(), { retry: { maxAttempts: 2, mode: 'inProcess' } }))
    expect(journal.row('charge')?.status).toBe('PENDING')
    expect([journal.isReleased, journal.said]).toEqual([false, 'flush'])
  })
})

describe('a result that cannot be kept', () => {
  it.each<[string, unknown, string]>([
    ['is not serializable', () => 1, 'SERIALIZATION'],
    ['is too large', 'x'.repeat(20_000), 'PAYLOAD_TOO_LARGE'],
  ])('fails the step for good if it %s: its body ran', async (_, result, code) => {
    let bodies = 0
    const { journal } = await runPass(
      oneStep(() => {
        bodies += 1
        return result
      }, twice),
    )
    expect(journal.row('charge')).toMatchObject({ status: 'FAILED', attempt: 1, error: { code } })
    expect(bodies).toBe(1)
  })

  it('is one too if a codec of the step refuses it, at once or later', async () => {
    for (const fail of [
      () => {
        throw new Error('no key')
      },
      () => Promise.reject(new Error('no key')),
    ]) {
      const codec: Codec = { name: 'broken', encode: fail, decode: () => 1 }
      const { journal } = await runPass(oneStep(() => 1, { ...twice, codec }))
      expect(journal.row('charge')).toMatchObject({
        status: 'FAILED',
        error: { name: 'Error', truncated: true },
      })
    }
  })

  it('is one too if a codec of the step gives what no store could keep, at once or later', async () => {
    const odd = { format: 'odd', data: {} } as never
    for (const encode of [() => odd, async () => odd]) {
      const codec: Codec = { name: 'odd', encode, decode: () => 1 }
      const { journal } = await runPass(oneStep(() => 1, { ...twice, codec }))
      expect(journal.row('charge')).toMatchObject({
        status: 'FAILED',
        attempt: 1,
        error: { code: 'SERIALIZATION', truncated: true },
      })
    }
  })
})

describe('the codec of a step', () => {
  const codec: Codec = {
    name: 'shout',
    encode: async (value) => ({ format: 'shout', data: String(value).toUpperCase() }),
    decode: async (value) => String(value.data).toLowerCase(),
  }

  it('writes and reads its result, on the first pass and on a replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const given = await ctx.step('charge', () => 'Hello', { codec })
      await ctx.sleep('s', '1h')
      return given
    }
    const first = await runPass(workflow)
    expect(first.journal.row('charge')?.value).toEqual({ format: 'shout', data: 'HELLO' })
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    expect([outputOf(first), outputOf(second)]).toEqual(['hello', 'hello'])
  })
})

describe('attemptTimeout', () => {
  it('fails the attempt, retryably, and aborts its signal, even if the body pays no heed', async () => {
    const body = gate()
    const signals: AbortSignal[] = []
    const running = await runPass(
      oneStep(
        (step) => {
          signals.push(step.signal)
          return body.promise
        },
        { ...twice, attemptTimeout: '2s' },
      ),
    )
    running.clock.advance(1_999)
    await untilQuiet()
    expect(running.journal.rows).toEqual([])
    running.clock.advance(1)
    await untilQuiet()
    expect(signals[0]?.reason).toMatchObject({ code: 'STEP_TIMEOUT', details: { attemptTimeoutMs: 2_000 } })
    expect(running.journal.row('charge')).toMatchObject({
      status: 'PENDING',
      error: { code: 'STEP_TIMEOUT' },
    })
  })

  it('drops what the body returns later', async () => {
    const body = gate<unknown>()
    const running = await runPass(oneStep(() => body.promise, { attemptTimeout: '2s' }))
    running.clock.advance(2_000)
    body.open('late')
    await untilQuiet()
    expect(running.journal.row('charge')).toMatchObject({ status: 'FAILED', attempt: 1 })
  })

  it('leaves no timer behind after an attempt that was in time', async () => {
    const { clock } = await runPass(oneStep(() => 1, { attemptTimeout: '2s' }))
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('atMostOnce', () => {
  const options: StepOptions = { semantics: 'atMostOnce' }

  it('runs the body only once its start is durable', async () => {
    const bodies: string[] = []
    const running = await runPass(
      oneStep(() => bodies.push('charge'), options),
      { prepare: (journal) => Object.assign(journal, { commits: false }) },
    )
    expect(bodies).toEqual([])
    expect(running.journal.said).toBe('flush')
    running.journal.commit()
    await untilQuiet()
    expect(bodies).toEqual(['charge'])
    expect(running.journal.row('charge')?.status).toBe('STARTED')
  })

  it('never runs an attempt again that was interrupted: it counts as failed', async () => {
    let bodies = 0
    const workflow = oneStep(() => {
      bodies += 1
      return new Promise(() => {})
    }, options)
    const second = await replay(workflow, await runPass(workflow))
    expect(bodies).toBe(1)
    expect(second.journal.row('charge')).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: { code: 'STEP_INTERRUPTED' },
    })
  })

  it('runs another attempt if the policy has one', async () => {
    const attempts: number[] = []
    const workflow = oneStep(
      (step) => {
        attempts.push(step.attempt)
        return step.attempt === 1 ? new Promise(() => {}) : 'charged'
      },
      { ...options, ...twice },
    )
    const second = await replay(workflow, await runPass(workflow))
    expect(second.journal.row('charge')).toMatchObject({ status: 'PENDING', attempt: 1 })
    await readyAgain(second)
    expect(attempts).toEqual([1, 2])
    expect(outputOf(second)).toBe('charged')
  })

  it('makes the start of every attempt durable', async () => {
    const attempts: number[] = []
    const running = await runPass(
      oneStep(
        (step) => {
          attempts.push(step.attempt)
          throw new Error('boom')
        },
        { ...options, ...twice },
      ),
    )
    running.journal.commits = false
    await readyAgain(running)
    expect(attempts).toEqual([1])
    running.journal.commits = true
    running.journal.commit()
    await untilQuiet()
    expect(attempts).toEqual([1, 2])
  })

  it('runs an attempt whose start is durable also if nothing new may start: it has begun', async () => {
    const bodies: string[] = []
    const running = await runPass(
      oneStep(() => bodies.push('charge'), options),
      { prepare: (journal) => Object.assign(journal, { commits: false }) },
    )
    running.journal.canStart = false
    running.journal.commits = true
    running.journal.commit()
    await untilQuiet()
    expect(bodies).toEqual(['charge'])
  })

  it('starts nothing if a cancel comes before its start is durable', async () => {
    const bodies: string[] = []
    const running = await runPass(
      async (ctx) => {
        await ctx.step('charge', () => bodies.push('charge'), options).catch(() => {})
        await ctx.step('cleanup', () => bodies.push('cleanup'))
      },
      { prepare: (journal) => Object.assign(journal, { commits: false }) },
    )
    running.journal.cancel()
    await untilQuiet()
    running.journal.commits = true
    running.journal.commit()
    await untilQuiet()
    expect(bodies).toEqual(['cleanup'])
    expect(running.journal.row('charge')?.status).toBe('CANCELLED')
    expect(running.journal.ending?.kind).toBe('cancelled')
  })
})

describe('trackStart', () => {
  it('makes the start durable and runs an interrupted attempt again, with the same number', async () => {
    const attempts: number[] = []
    const workflow = oneStep(
      (step) => {
        attempts.push(step.attempt)
        return attempts.length === 1 ? new Promise(() => {}) : 'charged'
      },
      { trackStart: true },
    )
    const first = await runPass(workflow)
    expect(first.journal.row('charge')?.status).toBe('STARTED')
    const second = await replay(workflow, first)
    expect(attempts).toEqual([1, 1])
    expect(outputOf(second)).toBe('charged')
  })
})

describe('id', () => {
  it('finds the result of a step that was renamed', async () => {
    const first = await runPass(async (ctx) => {
      await ctx.step('old', () => 'kept')
      await ctx.sleep('s', '1h')
    })
    const second = await replay(async (ctx) => {
      const kept = await ctx.step('new', () => 'run again', { id: 'old' })
      await ctx.sleep('s', '1h')
      return kept
    }, first)
    second.journal.settle('s')
    await untilQuiet()
    expect(outputOf(second)).toBe('kept')
  })
})

describe('tryStep', () => {
  it('gives a success or the final failure as a value, the same on a replay', async () => {
    const workflow: TestWorkflow = async (ctx) => {
      const good = await ctx.tryStep('good', () => 7)
      const bad = await ctx.tryStep('bad', failing())
      await ctx.sleep('s', '1h')
      return [good, bad.ok || [bad.error.code, bad.error.message]]
    }
    const first = await runPass(workflow)
    const second = await replay(workflow, first)
    for (const each of [first, second]) each.journal.settle('s')
    await untilQuiet()
    expect(outputOf(first)).toEqual([
      { ok: true, value: 7 },
      ['STEP_FAILED', 'Step "bad" of execution order-42 failed for good after 1 attempt: boom'],
    ])
    expect(outputOf(second)).toEqual(outputOf(first))
  })

  it('still throws what is no failure of the step: a cancel, wrong options', async () => {
    const cancelled = await runPass(async (ctx) => {
      const caught = await ctx.tryStep('charge', () => new Promise(() => {})).catch((error: unknown) => error)
      await ctx.step('cleanup', () => (caught as { code: string }).code)
    })
    cancelled.journal.cancel()
    await untilQuiet()
    expect(cancelled.journal.row('cleanup')?.value?.data).toBe('"CANCELLED"')
    const wrong = await runPass((ctx) => ctx.tryStep('', () => 1))
    expect(wrong.journal.ending).toMatchObject({ kind: 'failed', error: { code: 'VALIDATION' } })
  })
})

describe('options', () => {
  it.each<[string, unknown]>([
    ['options.semantics', { semantics: 'exactlyOnce' }],
    ['options.retry.maxAttempts', { retry: {} }],
    ['options.attemptTimeout', { attemptTimeout: 0 }],
    ['options.retires', { retires: 3 }],
    ['options', 'fast'],
  ])('are refused by name: %s', async (field, options) => {
    const { journal } = await runPass(oneStep(() => 1, options as StepOptions))
    expect(journal.ending).toMatchObject({ error: { code: 'VALIDATION', data: { details: { field } } } })
    expect(journal.rows).toEqual([])
  })
})
