import { AsyncResource } from 'node:async_hooks'
import {
  type Capabilities,
  capabilityNames,
  capabilityOf,
  type ErrorCode,
  hasCapability,
  isDurableError,
} from '@perdure/core'
import type { ContextMutant } from '../context-mutant.js'

/** Engines whose operations do what they should not. */
export const operationMutants: readonly ContextMutant[] = [
  {
    name: 'an operation is known by its place and not by its name',
    caughtBy: 'IDENTITY-05',
    context: (ctx) => {
      let place = 0
      return {
        step: (_name, body, options) => {
          place += 1
          return ctx.step(`step ${place}`, body, options)
        },
      }
    },
  },
  {
    name: 'the body of a finished step runs again on replay',
    caughtBy: 'STEP-01',
    context: (ctx) => ({
      step: (name, body, options) => {
        // What a body is given does not matter here: it is one run too many.
        const again = ctx.isReplaying
          ? new Promise((resolve) => resolve(body({} as never)))
          : Promise.resolve()
        return unobserved(again.then(ignore, ignore).then(() => ctx.step(name, body, options)))
      },
    }),
  },
  {
    name: 'late result of a timed-out attempt delivered',
    caughtBy: 'TIMEOUT-04',
    context: (ctx) => ({
      step: (name, body, options) => {
        if (options?.attemptTimeout === undefined) return ctx.step(name, body, options)
        return unobserved(
          new Promise((resolve, reject) => {
            const listened: typeof body = async (step) => {
              const value = await body(step)
              resolve(value)
              return value
            }
            ctx.step(name, listened, options).then(resolve, reject)
          }),
        )
      },
    }),
  },
  {
    name: 'a child context is no context of its own',
    caughtBy: 'CONTEXT-02',
    context: (ctx) => ({ runInChildContext: async (_name, body) => body(ctx) }),
  },
  {
    name: 'a side effect is not recorded',
    caughtBy: 'EFFECT-01',
    context: () => ({ sideEffect: async (_name, produce) => produce() }),
  },
  {
    name: 'now() is the time of this machine',
    caughtBy: 'DETERMINISM-01',
    context: (_ctx, { clock }) => ({ now: () => new Date(clock.now()) }),
  },
  {
    name: 'random numbers are drawn again on replay',
    caughtBy: 'DETERMINISM-03',
    context: () => ({ random: () => Math.random() }),
  },
  {
    name: 'the first pass gets the very object that the body returned',
    caughtBy: 'ROUNDTRIP-10',
    context: (ctx) => ({
      step: (name, body, options) => {
        let returned: { readonly value: unknown } | undefined
        const listened: typeof body = async (step) => {
          const value = await body(step)
          returned = { value }
          return value
        }
        const step = ctx.step(name, listened, options)
        // It is what the body returned.
        return unobserved(
          step.then((kept) => (returned === undefined ? kept : (returned.value as typeof kept))),
        )
      },
    }),
  },
  {
    name: 'no value is too large',
    caughtBy: 'UNKEEPABLE-02',
    options: { maxPayloadBytes: Number.POSITIVE_INFINITY },
  },
  {
    name: 'a body that still runs at the end is not awaited',
    caughtBy: 'CANCELLATION-05',
    options: { bodyGraceMs: 0 },
  },
  {
    name: 'a replay writes its lines again',
    caughtBy: 'LOG-01',
    context: (_ctx, { logger }) => ({ logger }),
  },
  {
    name: 'code in a child context is not known to be there',
    caughtBy: 'MISUSE-01',
    context: (ctx) => ({
      runInChildContext: (name, body, options) => {
        const outside = new AsyncResource('outside')
        return ctx.runInChildContext(name, (inner) => outside.runInAsyncScope(() => body(inner)), options)
      },
    }),
  },
  {
    name: 'misuse of a context fails the run',
    caughtBy: 'MISUSE-02',
    journal: (intact) => ({
      block: (why) => {
        if (why.reason !== 'MISUSE') return intact.block(why)
        return intact.finish({ kind: 'failed', error: { name: 'Error', message: why.message } })
      },
    }),
  },
  {
    name: 'a context that has ended does not answer',
    caughtBy: 'MISUSE-04',
    context: (ctx) => ({
      step: (name, body, options) =>
        unobserved(unlessRejected(ctx.step(name, body, options), 'CONTEXT_ENDED', new Promise(() => {}))),
    }),
  },
  {
    name: 'a promise is taken for the answer of retryIf',
    caughtBy: 'UNINSPECTABLE-04',
    context: (ctx) => ({
      tryStep: (name, body, options = {}) => {
        const { retry } = options
        if (retry?.retryIf === undefined) return ctx.tryStep(name, body, options)
        const retryIf = (error: Error, attempt: number): boolean => {
          const answer: unknown = retry.retryIf?.(error, attempt)
          Promise.resolve(answer).catch(ignore)
          return Boolean(answer)
        }
        return ctx.tryStep(name, body, { ...options, retry: { ...retry, retryIf } })
      },
    }),
  },
  {
    name: 'a sleep that is cancelled resolves',
    caughtBy: 'WAITCANCEL-01',
    context: (ctx) => ({
      sleep: (name, duration) =>
        unobserved(unlessRejected(ctx.sleep(name, duration), 'CANCELLED', Promise.resolve())),
    }),
  },
  {
    name: 'a rejection that nobody handled is swallowed without a word',
    caughtBy: 'REJECTION-01',
    core: { containRejections: swallowRejections },
  },
  {
    name: 'options are not checked',
    caughtBy: 'INPUT-04',
    context: (ctx) => ({
      step: (name, body, { retry, attemptTimeout, semantics, codec, id, trackStart } = {}) => {
        const all = { retry, attemptTimeout, semantics, codec, id, trackStart }
        const given = Object.entries(all).filter(([, value]) => value !== undefined)
        return ctx.step(name, body, Object.fromEntries(given))
      },
    }),
  },
  {
    name: 'what the manifest lacks does nothing',
    caughtBy: 'CAPABILITY-01',
    context: (_ctx, { journal }) => {
      const lacking = Object.entries(capabilityOf).filter(([, name]) => !isIn(journal.capabilities, name))
      return Object.fromEntries(lacking.map(([member]) => [member, undefined]))
    },
  },
]

/** True if the manifest has it, by that name. */
function isIn(manifest: Capabilities, wanted: string): boolean {
  const name = capabilityNames.find((each) => each === wanted)
  return name !== undefined && hasCapability(manifest, name)
}

/** A promise that may be left alone, like those of the context. */
function unobserved<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

/** What came of a promise, or of another if it was rejected with this code. */
async function unlessRejected<T>(promise: Promise<T>, code: ErrorCode, instead: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (isDurableError(error, code)) return instead
    throw error
  }
}

/** Whatever is rejected, whoever it belongs to. */
function swallowRejections(): () => void {
  // The overloads of `process.emit` are of known events; here all pass through.
  const emitter = process as unknown as { emit: (event: string | symbol, ...args: unknown[]) => boolean }
  const { emit } = emitter
  // Put back by the test: workers that were killed never let go.
  emitter.emit = (event, ...args) =>
    event === 'unhandledRejection' ||
    event === 'rejectionHandled' ||
    Reflect.apply(emit, process, [event, ...args])
  return () => {}
}

function ignore(): void {}
