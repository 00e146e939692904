import { type DurableContextOps, isDurableError } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses } from '../scenes.js'

export const uninspectableRequirements: readonly ContextRequirement[] = [
  requirement(
    'UNINSPECTABLE-01',
    'whatever a body throws, rejects with or returns, its step ends with an error, live and replayed alike',
    async (t) => {
      for (const [name, make] of Object.entries(hostile)) {
        for (const body of [
          () => Promise.reject(make()),
          () => {
            throw make()
          },
        ]) {
          const { first, replayed } = await bothPasses(await t.another(), async (ctx) => {
            const retry = { maxAttempts: 2, initialInterval: 0, nonRetryableErrorTypes: ['Declined'] }
            return codeOf(ctx.step('hostile', body, { retry }))
          })
          expect([name, first]).toEqual([name, 'STEP_FAILED'])
          expect(replayed).toEqual(first)
        }
      }
    },
  ),

  requirement(
    'UNINSPECTABLE-02',
    'nor does such a value harm a child context, a side effect, or the end of the run',
    async (t) => {
      for (const make of Object.values(hostile)) {
        const place = await t.another()
        const run = await place.launch(async (ctx) => {
          const codes = [
            await codeOf(ctx.runInChildContext('x', async () => Promise.reject(make()))),
            await codeOf(
              ctx.sideEffect('draw', () => {
                throw make()
              }),
            ),
            await codeOf(ctx.tryStep('tried', () => Promise.reject(make()))),
          ]
          if (codes[0] !== 'CHILD_CONTEXT_FAILED' || codes[1] === 'none' || codes[2] !== 'none') return codes
          throw make()
        })
        expect((await run.failure()).code).toBe('EXECUTION_FAILED')
      }
    },
  ),

  requirement(
    'UNINSPECTABLE-03',
    'what a body returns is awaited as await does it, and what cannot be awaited fails the step',
    async (t) => {
      const outcomes = await bothPasses(t, async (ctx) => [
        await ctx.step('nested', () => thenable(Promise.resolve('unwrapped'))),
        await ctx.step('twice', () => thenable(thenable('also'))),
        await codeOf(ctx.step('trap', () => trapped('then') as never)),
        await codeOf(ctx.step('throws', () => lookalike(() => fail('then threw')))),
        await codeOf(ctx.step('rejects', () => thenable(Promise.reject(new Error('boom'))))),
        await codeOf(ctx.step('revoked', () => revoked() as never)),
      ])
      const failed = ['STEP_FAILED', 'STEP_FAILED', 'STEP_FAILED', 'STEP_FAILED']
      expect(outcomes.first).toEqual(['unwrapped', 'also', ...failed])
      expect(outcomes.replayed).toEqual(outcomes.first)
    },
  ),

  requirement(
    'UNINSPECTABLE-04',
    'a retryIf that answers with a promise fails the step by its name, after one attempt',
    async (t) => {
      let attempts = 0
      const run = await t.launch(async (ctx) => {
        const flaky = (): never => {
          attempts += 1
          throw new RangeError('boom')
        }
        const retryIf = (async () => Promise.reject(new Error('late'))) as unknown as () => boolean
        const failed = await ctx.tryStep('flaky', flaky, { retry: { maxAttempts: 5, retryIf } })
        return failed.ok ? undefined : [codeIn(failed.error.cause), String(failed.error.cause)]
      })
      expect(await run.result()).toEqual(['VALIDATION', expect.stringContaining('retry.retryIf')])
      expect(attempts).toBe(1)
    },
  ),

  requirement('UNINSPECTABLE-05', 'a logger that throws or rejects harms nobody', async (t) => {
    // It rejects, whatever its type says.
    const broken = (() => Promise.reject(new Error('no place to log to'))) as () => void
    const thrown = (): never => fail('no place to log to')
    const run = await t.launch(async (ctx) => {
      ctx.configureLogger({ logger: { debug: broken, info: broken, warn: thrown, error: thrown } })
      ctx.logger.info('lost')
      ctx.logger.warn('lost')
      await ctx.step('a', () => {})
      return 'done'
    })
    expect(await run.result()).toBe('done')
  }),
]

function fail(message: string): never {
  throw new Error(message)
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** An object that throws when one of its members is read. */
function trapped(key: PropertyKey): object {
  return Object.defineProperty({}, key, { get: () => fail('trap'), enumerable: true })
}

function errorTrapped(...keys: readonly string[]): Error {
  const error = new Error('hostile')
  for (const key of keys) Object.defineProperty(error, key, { get: () => fail('trap'), enumerable: true })
  return error
}

function circular(): Error {
  const error = new AggregateError([], 'around')
  error.errors.push(error)
  error.cause = error
  return error
}

/** As deep as anybody cares to look. */
function endless(): Error {
  return Object.defineProperties(new AggregateError([], 'endless'), {
    errors: { get: () => [endless(), endless()] },
    cause: { get: endless },
  })
}

const hostile: Readonly<Record<string, () => unknown>> = {
  'a revoked proxy': revoked,
  'an error whose members throw': () =>
    errorTrapped('name', 'message', 'stack', 'code', 'cause', 'constructor'),
  'an error of revoked parts': () =>
    Object.assign(new Error('x', { cause: revoked() }), { code: revoked(), of: revoked() }),
  'a tag that throws': () => trapped(Symbol.toStringTag),
  'no primitive': () => trapped(Symbol.toPrimitive),
  'no JSON': () => Object.assign(new Error('x'), { data: { toJSON: () => fail('trap') } }),
  'errors that cannot be listed': () => Object.defineProperty(new Error('x'), 'errors', { value: revoked() }),
  circular,
  endless,
  holes: () => new AggregateError(new Array(3), 'holes'),
  nothing: () => undefined,
}

/** Looks like a promise, and resolves with what it is given as it is. */
function thenable<T>(value: T): Promise<Awaited<T>> {
  return lookalike((resolve) => resolve(value))
}

function lookalike<T>(then: (resolve: (value: unknown) => void) => void): Promise<T> {
  // Bodies may return what only looks like a promise: this is one.
  return Object.defineProperty({}, 'then', { value: then }) as Promise<T>
}

function codeIn(error: unknown): string {
  return isDurableError(error) ? error.code : 'no code'
}

async function codeOf(outcome: ReturnType<DurableContextOps['step']> | Promise<unknown>): Promise<string> {
  return outcome.then(() => 'none', codeIn)
}
