import { getEventListeners } from 'node:events'
import type { ErrorObject, TerminalStatus } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { TestClock, untilQuiet } from '../test/test-clock.js'
import { createHandle, type ExecutionHandle, type HandleHost } from './execution-handle.js'
import type { RunOutcome } from './result-watch.js'

interface Setting {
  readonly handle: ExecutionHandle
  readonly clock: TestClock
  readonly calls: unknown[]
}

/** What keeps the run from ending, if anything does. */
let obstacle: string | undefined

/** A handle whose runs end as listed, in order; after that nothing ends. */
function handleOf(...ends: { readonly status: TerminalStatus; readonly error?: ErrorObject }[]): Setting {
  const clock = new TestClock()
  const calls: unknown[] = []
  const host: HandleHost = {
    schedule: (delayMs, run) => clock.schedule(delayMs, run),
    status: async (...all) => {
      calls.push(['status', ...all])
      return 'RUNNING'
    },
    outcome: (executionId, runNo, signal) => {
      calls.push(['outcome', executionId, runNo])
      const end = ends.shift()
      if (end === undefined) {
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      }
      const run = { namespace: 'main', executionId, runNo, workflow: 'checkout', version: '1' }
      return Promise.resolve({
        run,
        status: end.status,
        output: null,
        error: end.error ?? null,
      } satisfies RunOutcome)
    },
    obstacle: async () => obstacle,
    decode: async ({ run: { runNo } }) => `output of run ${runNo}`,
    show: async (error) => error,
    cancel: async (...all) => Boolean(calls.push(['cancel', ...all])),
    terminate: async (...all) => Boolean(calls.push(['terminate', ...all])),
    sendEvent: async (...all) => void calls.push(['sendEvent', ...all]),
  }
  const subject = { executionId: 'order-42', runNo: 3, target, created: false, wasOver: false }
  return { handle: createHandle(host, subject), clock, calls }
}

/** The life that the handle is of. */
const target = { lifeNo: 2 }

const error: ErrorObject = { name: 'CardDeclined', message: 'no money' }

describe('result', () => {
  it('is the output', async () => {
    expect(await handleOf({ status: 'COMPLETED' }).handle.result()).toBe('output of run 3')
  })

  it('is that of the run which followed, where a run was continued as new', async () => {
    const ends = [
      { status: 'CONTINUED_AS_NEW' },
      { status: 'CONTINUED_AS_NEW' },
      { status: 'COMPLETED' },
    ] as const
    expect(await handleOf(...ends).handle.result()).toBe('output of run 5')
  })

  it.each<[TerminalStatus, string]>([
    ['FAILED', 'EXECUTION_FAILED'],
    ['CANCELLED', 'EXECUTION_CANCELLED'],
    ['TERMINATED', 'EXECUTION_TERMINATED'],
    ['TIMED_OUT', 'EXECUTION_TIMED_OUT'],
  ])('of a run that is %s rejects with %s, and the cause', async (status, code) => {
    await expect(handleOf({ status, error }).handle.result()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/order-42.*no money/),
      details: { executionId: 'order-42', runNo: 3 },
      cause: { name: 'CardDeclined', message: 'no money' },
    })
    await expect(handleOf({ status }).handle.result()).rejects.not.toHaveProperty('cause')
  })

  it('rejects the wait only, when its timeout has passed', async () => {
    const { handle, clock } = handleOf()
    const waiting = handle.result({ timeout: '5s' })
    const failed = expect(waiting).rejects.toMatchObject({
      code: 'RESULT_TIMEOUT',
      details: { executionId: 'order-42', timeoutMs: 5_000 },
    })
    clock.advance(5_000)
    await failed
  })

  it('says what keeps the run from ending, when its timeout has passed', async () => {
    const { handle, clock } = handleOf()
    obstacle = 'it is BLOCKED (MISSING_HANDLER): nobody has it.'
    const failed = expect(handle.result({ timeout: '5s' })).rejects.toThrow(
      'Execution order-42 did not end within 5000 ms; it is BLOCKED (MISSING_HANDLER): nobody has it.',
    )
    clock.advance(5_000)
    await failed
    obstacle = undefined
  })

  it('leaves no timer and no listener behind', async () => {
    const { signal } = new AbortController()
    const { handle, clock } = handleOf({ status: 'COMPLETED' })
    await handle.result({ timeout: '5s', signal })
    expect(clock.pendingTimers).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('leaves none behind where its options are wrong either', async () => {
    const { signal } = new AbortController()
    const { handle, clock } = handleOf()
    await expect(handle.result({ signal, timeout: 'soon' as never })).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field: 'options.timeout' },
    })
    await expect(handle.result({ signal, tiemout: 1 } as object)).rejects.toMatchObject({
      code: 'VALIDATION',
    })
    expect(clock.pendingTimers).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('can be called off, before and meanwhile, with the reason of the signal', async () => {
    const controller = new AbortController()
    const { handle } = handleOf()
    const waiting = handle.result({ signal: controller.signal })
    await untilQuiet(1)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(handle.result({ signal: controller.signal })).rejects.toThrow('enough')
  })
})

describe('everything else', () => {
  it('is asked of the engine, for the life that the handle is of', async () => {
    const { handle, calls } = handleOf()
    expect(await handle.status()).toBe('RUNNING')
    expect(await handle.cancel('enough')).toBe(true)
    expect(await handle.terminate()).toBe(true)
    await handle.sendEvent('approved', { by: 'Ada' }, { dedupeId: 'd1' })
    expect(calls).toEqual([
      ['status', 'order-42', target],
      ['cancel', 'order-42', 'enough', target],
      ['terminate', 'order-42', undefined, target],
      ['sendEvent', 'order-42', 'approved', { by: 'Ada' }, { dedupeId: 'd1' }, target],
    ])
  })
})
