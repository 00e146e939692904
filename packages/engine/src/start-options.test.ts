import { type Codec, defineWorkflow, type StandardSchemaV1 } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { createEngineCore } from './engine-core.js'
import { type EngineOptions, resolveEngineOptions } from './options.js'
import { newRun } from './start-options.js'

const text: StandardSchemaV1<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'not a text' }] }),
  },
}

const checkout = defineWorkflow({ name: 'checkout', timeout: '30d' }, async () => 1)
const checkout2 = defineWorkflow({ name: 'checkout', version: '2' }, async () => 2)
const strict = defineWorkflow({ name: 'strict', input: text }, async () => 3)

function core(options: Partial<EngineOptions> = {}) {
  return createEngineCore(resolveEngineOptions({ store: memory(), ...options }))
}

const full = core({ workflows: [checkout, checkout2, strict] as never })

function refusal(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => 'accepted',
    (error: unknown) => error,
  )
}

describe('a start', () => {
  it('needs nothing but the workflow', async () => {
    expect(await newRun(full, checkout)).toMatchObject({
      namespace: 'main',
      executionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      workflow: 'checkout',
      version: '1',
      queue: 'default',
      priority: 0,
      direct: false,
      parent: null,
      attached: false,
      tenantId: null,
      auth: null,
      searchAttributes: null,
      startAt: null,
      timeoutMs: 30 * 86_400_000,
      idReusePolicy: 'returnExisting',
    })
  })

  it('keeps what is given', async () => {
    const startAt = new Date(5_000)
    const options = {
      id: 'order-42',
      queue: 'slow',
      priority: -100,
      tenantId: 'acme',
      idReusePolicy: 'reject',
    } as const
    expect(
      await newRun(full, checkout, { ...options, startAt, timeout: '1h', input: { cents: 7 } }),
    ).toMatchObject({
      executionId: 'order-42',
      queue: 'slow',
      priority: -100,
      tenantId: 'acme',
      idReusePolicy: 'reject',
      startAt: 5_000,
      timeoutMs: 3_600_000,
      input: { format: 'json', data: '{"cents":7}' },
    })
  })

  it('has a seed and an id of its own each time, and the same hash for the same input', async () => {
    const [first, second, other] = await Promise.all([
      newRun(full, checkout, { input: { a: 1 } }),
      newRun(full, checkout, { input: { a: 1 } }),
      newRun(full, checkout, { input: { a: 2 } }),
    ])
    expect(first.seed).not.toBe(second.seed)
    expect(first.executionId).not.toBe(second.executionId)
    expect(first.inputHash).toBe(second.inputHash)
    expect(first.inputHash).not.toBe(other.inputHash)
  })

  it('tells inputs apart by what they are, not by how a codec wrote them', async () => {
    let salt = 0
    const salted: Codec = {
      name: 'salted',
      encode: (value) => ({ format: 'salted', data: `${salt++}${value}` }),
      decode: () => 1,
    }
    const salting = core({ workflows: [checkout] as never, codec: salted })
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((input) => newRun(salting, checkout, { input })),
    )
    expect(one?.input.data).not.toBe(again?.input.data)
    expect(one?.inputHash).toBe(again?.inputHash)
    expect(one?.inputHash).not.toBe(other?.inputHash)
    expect(one?.inputHash).toBe((await newRun(full, checkout, { input: 1 })).inputHash)
  })

  it('refuses a version that is not registered where another one is', async () => {
    const unknown = { name: 'checkout', version: '9' }
    expect(await refusal(newRun(full, unknown, { input: 1 }))).toMatchObject({ code: 'UNKNOWN_WORKFLOW' })
  })

  it('checks the input by its schema', async () => {
    expect(await newRun(full, strict, { input: 'fine' })).toMatchObject({ workflow: 'strict' })
    expect(await refusal(newRun(full, strict, { input: 5 as never }))).toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('options.input'),
    })
  })
})

describe('the workflow', () => {
  it('is found by name, in the version registered last', async () => {
    expect(await newRun(full, 'checkout')).toMatchObject({ version: '2' })
    expect(await newRun(full, 'checkout', { version: '1' })).toMatchObject({
      version: '1',
      timeoutMs: 30 * 86_400_000,
    })
  })

  it('is found by its code, in its own version', async () => {
    expect(await newRun(full, checkout)).toMatchObject({ version: '1' })
    expect(await newRun(full, checkout2)).toMatchObject({ version: '2' })
  })

  it('needs no code in a process that has none: a client', async () => {
    const client = core()
    expect(await newRun(client, 'checkout')).toMatchObject({ workflow: 'checkout', version: '1' })
    expect(await newRun(client, 'checkout', { version: '7' })).toMatchObject({ version: '7' })
    expect(await newRun(client, { name: 'checkout', version: '3' })).toMatchObject({ version: '3' })
  })

  it('is refused where the process has others and not this', async () => {
    const unknown = { code: 'UNKNOWN_WORKFLOW', details: { workflow: 'chekout' } }
    expect(await refusal(newRun(full, 'chekout'))).toMatchObject(unknown)
    expect(await refusal(newRun(full, { name: 'chekout', version: '1' }))).toMatchObject(unknown)
  })

  it.each([undefined, null, 5, '', {}, { name: 'x' }])(
    'is refused where it is none: %s',
    async (workflow) => {
      const client = core()
      expect(await refusal(newRun(client, workflow as never))).toMatchObject({ code: 'VALIDATION' })
    },
  )
})

describe('options of a start', () => {
  const circular: { self?: unknown } = {}
  circular.self = () => circular

  it.each<[string, object]>([
    ['options.id', { id: '' }],
    ['options.id', { id: ' order-42' }],
    ['options.id', { id: `order-42.${'x'.repeat(24)}` }],
    ['options.id', { id: 'x'.repeat(201) }],
    ['options.id', { id: 42 }],
    ['options.queue', { queue: '' }],
    ['options.queue', { queue: 'a\u0000' }],
    ['options.priority', { priority: 101 }],
    ['options.priority', { priority: 0.5 }],
    ['options.priority', { priority: '1' }],
    ['options.tenantId', { tenantId: '' }],
    ['options.startAt', { startAt: new Date(Number.NaN) }],
    ['options.startAt', { startAt: '2030-01-01' }],
    ['options.timeout', { timeout: 0 }],
    ['options.timeout', { timeout: 'long' }],
    ['options.idReusePolicy', { idReusePolicy: 'always' }],
    ['options.idReusePolicie', { idReusePolicie: 'reject' }],
  ])('are refused with field, value and limit: %s (%#)', async (field, options) => {
    expect(await refusal(newRun(full, checkout, options as never))).toMatchObject({
      code: 'VALIDATION',
      details: { field, value: expect.any(String), limit: expect.anything() },
    })
  })

  it.each([null, 'fast', []])('are refused where they are none: %s', async (options) => {
    expect(await refusal(newRun(full, checkout, options as never))).toMatchObject({
      code: 'VALIDATION',
      details: { field: 'options' },
    })
  })

  it.each(['tx', 'auth', 'searchAttributes'])(
    'that the adapter cannot serve are refused by name: %s',
    async (key) => {
      expect(await refusal(newRun(full, checkout, { [key]: {} } as never))).toMatchObject({
        code: 'UNSUPPORTED_OPERATION',
        details: { adapter: 'memory', capability: expect.any(String) },
      })
    },
  )

  it('name the place in a list', async () => {
    expect(await refusal(newRun(full, checkout, { id: '' }, 'options[3]'))).toMatchObject({
      details: { field: 'options[3].id' },
    })
  })

  it('refuse an input that cannot be kept, or is too large, with its field', async () => {
    expect(await refusal(newRun(full, checkout, { input: circular as never }))).toMatchObject({
      code: 'SERIALIZATION',
    })
    const small = core({ workflows: [checkout] as never, maxPayloadBytes: 10 })
    expect(await refusal(newRun(small, checkout, { input: 'x'.repeat(20) as never }))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { field: 'options.input', size: 22, limit: 10 },
    })
  })
})
