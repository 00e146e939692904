import { consoleLogger, defaultCodec, type Logger, silentLogger, systemClock } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { checkInteger, resolveEngineOptions, resolveWorkerOptions } from './options.js'

const store = memory()
const pushing = { push: true }

function refusal(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe('the options of an engine', () => {
  it('have defaults for everything but the store', () => {
    expect(resolveEngineOptions({ store })).toEqual({
      store,
      workflows: [],
      namespace: 'main',
      logger: expect.anything(),
      userLogger: consoleLogger,
      logErrorMessages: true,
      clock: systemClock,
      codec: undefined,
      build: undefined,
      maxPayloadBytes: 1_048_576,
    })
  })

  it('keep what is given', () => {
    const given = { namespace: 'acme', maxPayloadBytes: 500, build: 'b7', codec: defaultCodec }
    expect(resolveEngineOptions({ store, ...given })).toMatchObject(given)
  })

  it('silence everything with `logger: false`', () => {
    expect(resolveEngineOptions({ store, logger: false }).userLogger).toBe(silentLogger)
  })

  it('keep messages of errors out of the log where anything has a codec', () => {
    const sealed = { options: { codec: defaultCodec } } as never
    expect(resolveEngineOptions({ store, codec: defaultCodec }).logErrorMessages).toBe(false)
    expect(resolveEngineOptions({ store, workflows: [sealed] }).logErrorMessages).toBe(false)
    const asked = resolveEngineOptions({ store, codec: defaultCodec, logErrorMessages: true })
    expect(asked.logErrorMessages).toBe(true)
  })

  it('give the library a logger that writes no errors', () => {
    const lines: unknown[] = []
    const line = (message: string, data?: unknown): void => void lines.push([message, data])
    const logger: Logger = { debug: line, info: line, warn: line, error: line }
    const resolved = resolveEngineOptions({ store, logger, codec: defaultCodec })
    resolved.logger.warn('a', { error: new TypeError('4711') })
    resolved.logger.error('b', { workerId: 'w' })
    resolved.logger.info('c')
    expect(lines).toEqual([
      ['a', { error: { name: 'TypeError' } }],
      ['b', { workerId: 'w' }],
      ['c', undefined],
    ])
  })

  it.each<[string, unknown]>([
    ['options', undefined],
    ['options', null],
    ['options', 'sqlite'],
    ['options.stoer', { stoer: store }],
    ['options.store', {}],
    ['options.store', { store: 'app.db' }],
    ['options.workflows', { store, workflows: 'checkout' }],
    ['options.namespace', { store, namespace: '' }],
    ['options.namespace', { store, namespace: 'a\nb' }],
    ['options.build', { store, build: '' }],
    ['options.maxPayloadBytes', { store, maxPayloadBytes: 0 }],
    ['options.maxPayloadBytes', { store, maxPayloadBytes: 1.5 }],
    ['options.maxPayloadBytes', { store, maxPayloadBytes: 1_048_577 }],
    ['options.clock', { store, clock: {} }],
    ['options.logger', { store, logger: () => {} }],
    ['options.clock', { store, clock: null }],
    ['options.logger', { store, logger: true }],
    ['options.logErrorMessages', { store, logErrorMessages: 'yes' }],
    ['options.codec', { store, codec: { encode: () => {} } }],
  ])('are refused with field, value and limit: %s (%#)', (field, options) => {
    expect(refusal(() => resolveEngineOptions(options as never))).toMatchObject({
      code: 'VALIDATION',
      details: { field, value: expect.any(String), limit: expect.anything() },
    })
  })
})

describe('the options of a worker', () => {
  it('have defaults for everything', () => {
    expect(resolveWorkerOptions(pushing)).toEqual({
      concurrency: 50,
      queues: ['default'],
      leaseMs: 30_000,
      maxRecoveries: 10,
      maxWarm: 1_000,
      bodyGraceMs: 10_000,
      watchdogMs: 10_000,
      pollIntervalMs: 30_000,
    })
    expect(resolveWorkerOptions({ push: false }).pollIntervalMs).toBe(5_000)
  })

  it('take durations as text, numbers and objects', () => {
    expect(
      resolveWorkerOptions(pushing, {
        lease: '1m',
        bodyGrace: 5,
        watchdog: { seconds: 3 },
        pollInterval: '1s',
      }),
    ).toMatchObject({ leaseMs: 60_000, bodyGraceMs: 5, watchdogMs: 3_000, pollIntervalMs: 1_000 })
  })

  it.each<[string, object]>([
    ['options.concurency', { concurency: 5 }],
    ['options.concurrency', { concurrency: 0 }],
    ['options.concurrency', { concurrency: '5' }],
    ['options.queues', { queues: [] }],
    ['options.queues', { queues: 'default' }],
    ['options.queues[1]', { queues: ['default', ''] }],
    ['options.lease', { lease: '99ms' }],
    ['options.lease', { lease: '25h' }],
    ['options.lease', { lease: 'long' }],
    ['options.maxWarm', { maxWarm: -1 }],
    ['options.bodyGrace', { bodyGrace: -1 }],
    ['options.watchdog', { watchdog: 0 }],
    ['options.pollInterval', { pollInterval: 9 }],
  ])('are refused with field, value and limit: %s (%#)', (field, options) => {
    expect(refusal(() => resolveWorkerOptions(pushing, options))).toMatchObject({
      code: 'VALIDATION',
      details: { field, value: expect.any(String), limit: expect.anything() },
    })
  })

  it('say what is nearest to a word that they do not know', () => {
    expect(refusal(() => resolveWorkerOptions(pushing, { concurency: 5 } as object))).toMatchObject({
      message: expect.stringContaining('did you mean "concurrency"?'),
    })
  })
})

describe('checkInteger', () => {
  it('takes the bounds and what is between', () => {
    expect([1, 2, 3].map((value) => checkInteger(value, 'n', 1, 3))).toEqual([1, 2, 3])
  })

  it.each([0, 4, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null, 2n])('refuses %s', (value) => {
    expect(() => checkInteger(value, 'n', 1, 3)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ field: 'n', limit: 'a whole number from 1 to 3' }),
      }),
    )
  })
})
