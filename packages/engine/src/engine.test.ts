import { type Codec, defineWorkflow, type Logger, type StandardSchemaV1, StoreError } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { newRun } from '../test/run-record.js'
import { pass, TestClock, untilQuiet } from '../test/test-clock.js'
import {
  type Verb,
  type WatchedStore,
  type WatchedStoreOptions,
  watchedStore,
} from '../test/watched-store.js'
import { createEngine, type Engine } from './engine.js'
import type { EngineOptions } from './options.js'
import type { AnyWorkflow } from './registry.js'

interface Process {
  readonly clock: TestClock
  readonly store: WatchedStore
  readonly engine: Engine
  readonly lines: string[]
}

interface StartProcess extends Partial<Omit<EngineOptions, 'store' | 'clock' | 'workflows'>> {
  readonly workflows?: readonly unknown[]
  readonly beside?: Process
  readonly capabilities?: WatchedStoreOptions['capabilities']
}

/** A process of its own, on the rows of another one if that is given. */
function start({ workflows = [], beside, capabilities, ...options }: StartProcess = {}): Process {
  const clock = beside?.clock ?? new TestClock()
  const database = beside?.store.inner.database
  const store = watchedStore({
    clock,
    ...(database === undefined ? {} : { database }),
    ...(capabilities === undefined ? {} : { capabilities }),
  })
  const lines: string[] = []
  const line = (message: string): void => void lines.push(message)
  const logger: Logger = { debug: line, info: line, warn: line, error: line }
  const engine = createEngine({
    store,
    clock,
    logger,
    workflows: workflows as readonly AnyWorkflow[],
    ...options,
  })
  return { clock, store, engine, lines }
}

async function working(options: StartProcess): Promise<Process> {
  const process = start(options)
  await process.engine.createWorker().start()
  return process
}

const hello = defineWorkflow({ name: 'hello' }, async (ctx, name: string) =>
  ctx.step('greet', () => `Hello, ${name}`),
)
const waiting = defineWorkflow({ name: 'waiting' }, async (ctx) => {
  await ctx.step('begin', () => 1)
  return ctx.waitForEvent('go')
})

const text: StandardSchemaV1<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'not a text' }] }),
  },
}

describe('an engine', () => {
  it('runs the example of its documentation', async () => {
    const engine = createEngine({ store: memory(), logger: false, workflows: [hello] as never })
    const worker = engine.createWorker()
    await worker.start()
    const run = await engine.start(hello, { id: 'greet-1', input: 'Ada' })
    expect(await run.result()).toBe('Hello, Ada')
    await engine.close()
  })

  it('runs everything that a workflow can do today', async () => {
    let tries = 0
    const all = defineWorkflow({ name: 'all' }, async (ctx, n: number) => {
      const a = await ctx.step('a', () => n + 1)
      await ctx.sleep('nap', '20ms')
      const b = await ctx.step(
        'b',
        () => {
          tries += 1
          if (tries < 3) throw new Error('not yet')
          return a * 2
        },
        { retry: { maxAttempts: 5, initialInterval: '10ms' } },
      )
      const pair = await Promise.all([ctx.step('p', () => 1), ctx.step('q', async () => 2)])
      const first = await Promise.race([ctx.sleep('long', '1h').then(() => 'slept'), ctx.waitForEvent('go')])
      const sum = await ctx.runInChildContext('group', async (group) => {
        const x = await group.step('in', () => 7)
        return x + (await group.step('in', () => 8))
      })
      return { a, b, pair, first, sum, id: ctx.randomUUID().length }
    })
    const { engine, clock } = await working({ workflows: [all] })
    const run = await engine.start(all, { id: 'one', input: 3 })
    await engine.sendEvent('one', 'go', 'went')
    await pass(clock, 200, 40)
    expect(await run.result()).toEqual({ a: 4, b: 8, pair: [1, 2], first: 'went', sum: 15, id: 36 })
  })

  it('opens the store once, and again if that failed', async () => {
    const { engine, store } = start({ workflows: [hello] })
    store.once('open', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await expect(engine.start(hello, { input: 'Ada' })).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await Promise.all([engine.start(hello, { input: 'Ada' }), engine.start(hello, { input: 'Ada' })])
    expect(store.counts.open).toBe(2)
  })

  it('keeps namespaces apart', async () => {
    const first = start({ workflows: [hello], namespace: 'a' })
    const second = start({ workflows: [hello], namespace: 'b', beside: first })
    await first.engine.start(hello, { id: 'same', input: 'Ada' })
    await second.engine.createWorker().runUntilIdle()
    await expect(second.engine.get('same')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
    expect((await second.engine.list()).executions).toEqual([])
    await second.engine.start(hello, { id: 'same', input: 'Grace' })
    expect((await first.engine.list()).executions).toHaveLength(1)
  })
})

describe('start', () => {
  it('finds a run of the same id and input, and the other ways of reusing an id', async () => {
    const { engine } = await working({ workflows: [hello, waiting] })
    const open = await engine.start(waiting, { id: 'open' })
    expect((await engine.start(waiting, { id: 'open' })).runNo).toBe(open.runNo)
    await expect(engine.start(waiting, { id: 'open', input: 1 as never })).rejects.toMatchObject({
      code: 'INPUT_MISMATCH',
      details: { executionId: 'open', runNo: 1, field: 'input' },
    })
    await expect(engine.start(hello, { id: 'open', input: 'Ada' })).rejects.toMatchObject({
      code: 'INPUT_MISMATCH',
      details: { field: 'workflow' },
    })
    await expect(engine.start(waiting, { id: 'open', idReusePolicy: 'reject' })).rejects.toMatchObject({
      code: 'EXECUTION_ALREADY_EXISTS',
    })

    await (await engine.start(hello, { id: 'ended', input: 'Ada' })).result()
    const useRunning = { id: 'ended', input: 'Ada', idReusePolicy: 'useRunning' } as const
    await expect(engine.start(hello, useRunning)).rejects.toMatchObject({
      code: 'EXECUTION_ALREADY_EXISTS',
      details: { executionId: 'ended', status: 'COMPLETED' },
    })
    const found = await engine.start(hello, { id: 'ended', input: 'Ada' })
    expect([found.created, await found.result()]).toEqual([false, 'Hello, Ada'])
    const again = await engine.start(hello, {
      id: 'ended',
      input: 'Grace',
      idReusePolicy: 'newRunAfterTerminal',
    })
    expect([again.runNo, await again.result()]).toEqual([2, 'Hello, Grace'])
  })

  it('writes nothing if anything is wrong', async () => {
    const { engine, store } = start({ workflows: [hello], maxPayloadBytes: 100 })
    for (const options of [{ id: '' }, { input: () => 1 }, { input: 'x'.repeat(200) }, { quue: 'x' }]) {
      await expect(engine.start('hello', options as object)).rejects.toThrow()
    }
    await expect(engine.start('unknown')).rejects.toMatchObject({ code: 'UNKNOWN_WORKFLOW' })
    expect(store.counts.create).toBe(0)
  })

  it('waits for its time', async () => {
    const { engine, clock } = await working({ workflows: [hello] })
    const run = await engine.start(hello, { input: 'Ada', startAt: new Date(clock.now() + 60_000) })
    await pass(clock, 59_000)
    expect(await run.status()).toBe('PENDING')
    await pass(clock, 1_000)
    expect(await run.status()).toBe('COMPLETED')
  })

  it('gives a run its timeout, and ends it then', async () => {
    const { engine, clock } = await working({ workflows: [waiting] })
    const run = await engine.start(waiting, { timeout: '1m' })
    const failed = expect(run.result()).rejects.toMatchObject({ code: 'EXECUTION_TIMED_OUT' })
    await pass(clock, 60_000)
    await failed
  })
})

describe('startMany', () => {
  it('starts many in few writes, and gives a handle of each, in order', async () => {
    const { engine, store } = await working({ workflows: [hello] })
    const runs = await engine.startMany(
      hello,
      Array.from({ length: 200 }, (_, index) => ({ id: `run-${index}`, input: String(index) })),
    )
    expect(store.counts.create).toBe(1)
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(
      Array.from({ length: 200 }, (_, index) => `Hello, ${index}`),
    )
  })

  it('names the one whose options are wrong, and starts none then', async () => {
    const { engine, store } = start({ workflows: [hello] })
    const options = [{ input: 'Ada' }, { input: 'Grace', id: '' }]
    await expect(engine.startMany(hello, options)).rejects.toMatchObject({
      details: { field: 'options[1].id' },
    })
    await expect(engine.startMany(hello, 'all' as never)).rejects.toMatchObject({
      details: { field: 'options' },
    })
    expect(store.counts.create).toBe(0)
  })

  it('rejects for the one that cannot be started; the others are', async () => {
    const { engine } = start({ workflows: [hello] })
    await engine.start(hello, { id: 'taken', input: 'Ada' })
    const options = [
      { id: 'free', input: 'Ada' },
      { id: 'taken', input: 'Grace' },
    ]
    await expect(engine.startMany(hello, options)).rejects.toMatchObject({ code: 'INPUT_MISMATCH' })
    expect((await engine.get('free')).runNo).toBe(1)
  })
})

describe('get', () => {
  it('finds the newest run, or the one that is asked for', async () => {
    const { engine } = await working({ workflows: [hello] })
    await (await engine.start(hello, { id: 'a', input: 'Ada' })).result()
    await engine.start(hello, { id: 'a', input: 'Grace', idReusePolicy: 'newRunAfterTerminal' })
    expect((await engine.get('a')).runNo).toBe(2)
    const first = await engine.get('a', { runNo: 1 })
    expect(await first.result()).toBe('Hello, Ada')
    expect(await first.status()).toBe('COMPLETED')
  })

  it('refuses what there is not, and what is no id', async () => {
    const { engine } = start({ workflows: [hello] })
    await expect(engine.get('nobody')).rejects.toMatchObject({
      code: 'UNKNOWN_EXECUTION',
      details: { executionId: 'nobody' },
    })
    await engine.start(hello, { id: 'a', input: 'Ada' })
    await expect(engine.get('a', { runNo: 2 })).rejects.toMatchObject({
      details: { executionId: 'a', runNo: 2 },
    })
    await expect(engine.get('a', { runNo: 0 })).rejects.toMatchObject({ details: { field: 'options.runNo' } })
    await expect(engine.get('a', { run: 1 } as object)).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(engine.get('a b ')).rejects.toMatchObject({ details: { field: 'executionId' } })
  })
})

describe('result', () => {
  it('is there at once of a run that was ended in the turn in which it was started', async () => {
    const { engine, clock } = start({ workflows: [hello] })
    const terminated = await engine.start('hello', { input: 'Ada' })
    await terminated.terminate('no')
    await expect(terminated.result()).rejects.toMatchObject({ code: 'EXECUTION_TERMINATED' })
    const cancelled = await engine.start('hello', { input: 'Ada' })
    await cancelled.cancel()
    await expect(cancelled.result({ timeout: '1s' })).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' })
    expect(clock.pendingTimers).toBe(0)
  })

  it('is there at once of a run that had ended before the last of many was started', async () => {
    const { engine, store } = await working({ workflows: [hello] })
    store.once('create', (call) => {
      store.once('create', async (next) => {
        await untilQuiet()
        return next()
      })
      return call()
    })
    const many = Array.from({ length: 1_001 }, () => ({ input: 'Ada' }))
    const [first] = await engine.startMany(hello, many)
    expect(store.counts.create).toBe(2)
    expect(await first?.result()).toBe('Hello, Ada')
  })

  it('costs a run that goes on one row, whatever else is waited for', async () => {
    const { engine, store, clock } = await working({ workflows: [waiting] })
    let rows = 0
    store.around('read', (call, [keys]) => {
      rows += (keys as readonly unknown[]).length
      return call()
    })
    const runs = await engine.startMany(
      waiting,
      Array.from({ length: 100 }, () => ({})),
    )
    const results = runs.map((run) => run.result().catch((error: Error) => error.name))
    for (let second = 1; second <= 5; second += 1) {
      results.push((await engine.start(waiting)).result().catch((error: Error) => error.name))
      await pass(clock, 1_000)
    }
    expect(rows).toBe(105)
    await engine.close()
    expect(new Set(await Promise.all(results))).toEqual(new Set(['EngineClosedError']))
  })

  it('is pushed to a process that did not run it', async () => {
    const worker = await working({ workflows: [waiting] })
    const client = start({ beside: worker })
    const run = await client.engine.start('waiting', { id: 'a' })
    await untilQuiet()
    const result = run.result()
    await client.engine.sendEvent('a', 'go', 'went')
    await untilQuiet()
    client.clock.advance(10)
    expect(await result).toBe('went')
  })

  it('has the error of the user as its cause, with its own name and fields', async () => {
    class CardDeclined extends Error {
      override readonly name = 'CardDeclined'
      readonly cents = 700
    }
    const failing = defineWorkflow({ name: 'failing' }, async () => {
      throw new CardDeclined('no money')
    })
    const { engine } = await working({ workflows: [failing] })
    const run = await engine.start(failing, { id: 'a' })
    await expect(run.result()).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'Execution a failed: no money',
      cause: { name: 'CardDeclined', message: 'no money', cents: 700 },
    })
  })

  it('is undefined where there is none', async () => {
    const nothing = defineWorkflow({ name: 'nothing' }, async () => {})
    const { engine } = await working({ workflows: [nothing] })
    expect(await (await engine.start(nothing)).result()).toBeUndefined()
  })
})

describe('codecs', () => {
  const shout = (name: string): Codec => ({
    name,
    encode: async (value) => ({ format: name, data: JSON.stringify(value).toUpperCase() }),
    decode: async (value) => JSON.parse(String(value.data).toLowerCase()),
  })

  it('of the engine write and read everything: input, steps, events, output', async () => {
    const echo = defineWorkflow({ name: 'echo' }, async (ctx, input: string) => [
      input,
      await ctx.step('s', () => 'step'),
      await ctx.waitForEvent('go'),
    ])
    const { engine, store } = await working({ workflows: [echo], codec: shout('engine') })
    const run = await engine.start(echo, { id: 'a', input: 'input' })
    await engine.sendEvent('a', 'go', 'event')
    expect(await run.result()).toEqual(['input', 'step', 'event'])
    const { runs, operations, inbox } = store.inner.database.rows()
    expect([runs[0]?.input.data, runs[0]?.output?.data]).toEqual(['"INPUT"', '["INPUT","STEP","EVENT"]'])
    expect(operations.map(({ value }) => value?.format)).toEqual(['engine', 'engine'])
    expect(inbox[0]?.value?.format).toBe('engine')
  })

  it('of a workflow come before that of the engine, for its result as well', async () => {
    const echo = defineWorkflow({ name: 'echo', codec: shout('own') }, async (ctx, input: string) => [
      input,
      await ctx.step('s', () => 'step'),
    ])
    const { engine, store } = await working({ workflows: [echo], codec: shout('engine') })
    const run = await engine.start(echo, { id: 'a', input: 'input' })
    expect(await run.result()).toEqual(['input', 'step'])
    expect(store.inner.database.rows().runs[0]?.output?.format).toBe('own')
  })

  it('of a workflow do not stand in the way of an event', async () => {
    const echo = defineWorkflow({ name: 'echo', codec: shout('own') }, async (ctx, _: string) =>
      ctx.waitForEvent('go'),
    )
    const { engine } = await working({ workflows: [echo] })
    const run = await engine.start(echo, { id: 'a', input: 'input' })
    await engine.sendEvent('a', 'go', { by: 'ada' })
    expect(await run.result()).toEqual({ by: 'ada' })
  })

  it('do not stand in the way of results that were written before there was one', async () => {
    const before = await working({ workflows: [hello] })
    await (await before.engine.start(hello, { id: 'a', input: 'Ada' })).result()
    const { engine } = start({ workflows: [hello], beside: before, codec: shout('engine') })
    expect(await (await engine.get('a')).result()).toBe('Hello, Ada')
  })

  it('that refuse a value are told of by the errors of the library, with what they threw', async () => {
    const cause = new RangeError('no key today')
    const refuse = (): never => {
      throw cause
    }
    const process = await working({ workflows: [hello], codec: shout('engine') })
    await (await process.engine.start(hello, { id: 'a', input: 'Ada' })).result()
    const codec: Codec = { name: 'keyless', encode: refuse, decode: refuse }
    const { engine } = start({ workflows: [hello], beside: process, codec })
    await expect((await engine.get('a')).result()).rejects.toMatchObject({
      code: 'DESERIALIZATION',
      details: { field: 'output', format: 'engine', codec: 'keyless' },
      cause,
    })
    const refused = { code: 'SERIALIZATION', details: { codec: 'keyless' }, cause }
    await expect(engine.start(hello, { input: 'Ada' })).rejects.toMatchObject(refused)
    await expect(engine.sendEvent('a', 'go', 1)).rejects.toMatchObject(refused)
  })
})

describe('list', () => {
  it('shows executions, newest first, page by page', async () => {
    const { engine, clock } = start({ workflows: [hello] })
    for (let index = 0; index < 5; index += 1) {
      await engine.start(hello, { id: `run-${index}`, input: 'Ada', queue: 'slow' })
      clock.advance(10)
    }
    const first = await engine.list({ limit: 3 })
    expect(first.executions.map(({ executionId }) => executionId)).toEqual(['run-4', 'run-3', 'run-2'])
    expect(first.executions[0]).toEqual({
      executionId: 'run-4',
      runNo: 1,
      workflowName: 'hello',
      version: '1',
      queue: 'slow',
      status: 'PENDING',
      dueAt: new Date(clock.now() - 10),
      createdAt: new Date(clock.now() - 10),
    })
    if (first.cursor === undefined) throw new Error('no cursor')
    const second = await engine.list({ limit: 3, cursor: first.cursor })
    expect(second.executions.map(({ executionId }) => executionId)).toEqual(['run-1', 'run-0'])
    expect(second.cursor).toBeUndefined()
  })

  it('shows until when a run waits, and for what', async () => {
    const patient = defineWorkflow({ name: 'patient' }, (ctx) => ctx.waitForEvent('go', { timeout: '1h' }))
    const { engine, clock } = await working({ workflows: [patient] })
    const run = await engine.start(patient, { id: 'patient' })
    await untilQuiet()
    const dueAt = new Date(clock.now() + 3_600_000)
    expect((await engine.list()).executions).toMatchObject([
      { status: 'SUSPENDED', dueAt, waitsFor: ['event:go'] },
    ])
    await run.sendEvent('go')
    await untilQuiet()
    const [ended] = (await engine.list()).executions
    expect(ended).toMatchObject({ status: 'COMPLETED' })
    expect(ended).not.toHaveProperty('dueAt')
    expect(ended).not.toHaveProperty('waitsFor')
  })

  it('shows one status or several', async () => {
    const failing = defineWorkflow({ name: 'failing' }, async () => {
      throw new Error('boom')
    })
    const { engine } = await working({ workflows: [hello, waiting, failing] })
    await engine.start(hello, { id: 'completed', input: 'Ada' })
    await engine.start(waiting, { id: 'suspended' })
    await engine.start(failing, { id: 'failed' })
    await untilQuiet()
    const ids = async (status: never): Promise<string[]> =>
      (await engine.list({ status })).executions.map(({ executionId }) => executionId).sort()
    expect(await ids('COMPLETED' as never)).toEqual(['completed'])
    expect(await ids(['FAILED', 'SUSPENDED'] as never)).toEqual(['failed', 'suspended'])
    const { executions } = await engine.list({ status: 'FAILED' })
    expect(executions[0]).toMatchObject({
      error: { message: 'boom' },
      startedAt: expect.any(Date),
      finishedAt: expect.any(Date),
    })
  })

  it('refuses what is no status, limit or option', async () => {
    const { engine } = start()
    for (const [field, options] of [
      ['options.status', { status: 'DONE' }],
      ['options.status', { status: ['FAILED', 'DONE'] }],
      ['options.status', { status: 5 }],
      ['options.limit', { limit: 0 }],
      ['options.limit', { limit: 1_001 }],
      ['options.statsu', { statsu: 'FAILED' }],
    ] as const) {
      await expect(engine.list(options as object)).rejects.toMatchObject({
        code: 'VALIDATION',
        details: { field },
      })
    }
  })

  it('shows a due run that no living worker can run as BLOCKED, and as it is once one can', async () => {
    const process = await working({ workflows: [hello] })
    const client = start({ beside: process })
    const run = await client.engine.start('other', { id: 'a' })
    expect((await client.engine.list()).executions[0]).toMatchObject({
      status: 'BLOCKED',
      blocked: { reason: 'MISSING_HANDLER', message: expect.stringContaining('"other"') },
    })
    expect(await run.status()).toBe('BLOCKED')
    const other = defineWorkflow({ name: 'other' }, async () => 1)
    await working({ workflows: [other], beside: process })
    await untilQuiet()
    expect(await run.status()).toBe('COMPLETED')
  })
})

describe('history', () => {
  it('has no message that came in a later life of its execution', async () => {
    const { engine } = await working({ workflows: [waiting] })
    const first = await engine.start(waiting, { id: 'a' })
    await first.sendEvent('go')
    await first.result()
    await engine.start(waiting, { id: 'a', idReusePolicy: 'newRunAfterTerminal' })
    await engine.sendEvent('a', 'later')
    const received = async (runNo: number) =>
      (await engine.history('a', { runNo })).flatMap((event) => ('topic' in event ? [event.topic] : []))
    expect(await received(1)).toEqual(['event:go'])
    expect(await received(2)).toEqual(['event:later'])
  })

  it('is everything that is recorded of a run', async () => {
    const { engine } = await working({ workflows: [waiting] })
    const run = await engine.start(waiting, { id: 'a' })
    await engine.sendEvent('a', 'go', 1)
    await run.result()
    expect((await engine.history('a')).map(({ kind }) => kind)).toEqual([
      'ExecutionStarted',
      'MessageReceived',
      'OperationStarted',
      'OperationEnded',
      'OperationStarted',
      'OperationEnded',
      'ExecutionEnded',
    ])
    await expect(engine.history('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
  })
})

describe('sendEvent', () => {
  it('is kept until somebody waits for it', async () => {
    const process = start({ workflows: [waiting] })
    const run = await process.engine.start(waiting, { id: 'a' })
    await run.sendEvent('go', 'early')
    await process.engine.createWorker().start()
    expect(await run.result()).toBe('early')
  })

  it('counts once, however often it is sent with the same id', async () => {
    const twice = defineWorkflow({ name: 'twice' }, async (ctx) => [
      await ctx.waitForEvent('go'),
      await ctx.waitForEvent('go', { timeout: '1m', onTimeout: 'undefined' }),
    ])
    const { engine, clock } = await working({ workflows: [twice] })
    const run = await engine.start(twice, { id: 'a' })
    await engine.sendEvent('a', 'go', 1, { dedupeId: 'd1' })
    await engine.sendEvent('a', 'go', 1, { dedupeId: 'd1' })
    await untilQuiet()
    await pass(clock, 60_000)
    expect(await run.result()).toEqual([1, undefined])
  })

  it('is refused for an execution that there is not, or that has ended', async () => {
    const { engine } = await working({ workflows: [hello] })
    await expect(engine.sendEvent('nobody', 'go')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
    await (await engine.start(hello, { id: 'a', input: 'Ada' })).result()
    await expect(engine.sendEvent('a', 'go')).rejects.toMatchObject({
      code: 'EXECUTION_NOT_RUNNING',
      details: { executionId: 'a', name: 'go' },
    })
  })

  it('is refused when the inbox is full, with the limit', async () => {
    const { engine } = start({ workflows: [waiting], capabilities: { limits: { maxInboxMessages: 2 } } })
    await engine.start(waiting, { id: 'a' })
    await engine.sendEvent('a', 'go')
    await engine.sendEvent('a', 'go')
    await expect(engine.sendEvent('a', 'go')).rejects.toMatchObject({
      code: 'INBOX_FULL',
      details: { limit: 2 },
    })
  })

  it('is checked where it is declared, before it is written', async () => {
    const declares = defineWorkflow({ name: 'declares', events: { approved: text } }, async (ctx) =>
      ctx.waitForEvent('approved'),
    )
    const { engine, store } = await working({ workflows: [declares, waiting] })
    const run = await engine.start(declares, { id: 'a' })
    await engine.start(waiting, { id: 'b' })
    await expect(engine.sendEvent('a', 'approved', 5)).rejects.toMatchObject({ code: 'VALIDATION' })
    expect(store.counts.append).toBe(0)
    await engine.sendEvent('b', 'approved', 5)
    await engine.sendEvent('a', 'approved', 'yes')
    expect(await run.result()).toBe('yes')
  })

  it.each<[string, unknown[]]>([
    ['executionId', ['a b ', 'go']],
    ['name', ['a', '']],
    ['options.dedupeId', ['a', 'go', 1, { dedupeId: '' }]],
    ['options.dedupeid', ['a', 'go', 1, { dedupeid: 'x' }]],
  ])('refuses a bad %s by name', async (field, args) => {
    const { engine, store } = start()
    await expect(engine.sendEvent(...(args as Parameters<Engine['sendEvent']>))).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field },
    })
    expect(store.counts.append).toBe(0)
  })

  it('refuses a payload that cannot be kept, or is too large', async () => {
    const { engine } = start({ workflows: [waiting], maxPayloadBytes: 50 })
    await engine.start(waiting, { id: 'a' })
    await expect(engine.sendEvent('a', 'go', () => 1)).rejects.toMatchObject({ code: 'SERIALIZATION' })
    await expect(engine.sendEvent('a', 'go', 'x'.repeat(60))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { field: 'payload', limit: 50 },
    })
  })
})

describe('cancel', () => {
  it('lets the code clean up, and ends it as CANCELLED with the reason', async () => {
    const cleaned: string[] = []
    const tidy = defineWorkflow({ name: 'tidy' }, async (ctx) => {
      await ctx.step('begin', () => 1)
      try {
        await ctx.waitForEvent('never')
      } catch {
        await ctx.step('clean up', () => cleaned.push('cleaned'))
      }
      return 'as if nothing had happened'
    })
    const { engine } = await working({ workflows: [tidy] })
    const run = await engine.start(tidy, { id: 'a' })
    await untilQuiet()
    expect(await run.cancel('changed my mind')).toBe(true)
    await expect(run.result()).rejects.toMatchObject({
      code: 'EXECUTION_CANCELLED',
      message: expect.stringContaining('changed my mind'),
    })
    expect(cleaned).toEqual(['cleaned'])
    expect(await run.cancel()).toBe(false)
  })

  it('ends what has not begun at once, and says so to whoever waits', async () => {
    const { engine } = start({ workflows: [hello] })
    const run = await engine.start(hello, { id: 'a', input: 'Ada' })
    const failed = expect(run.result()).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' })
    expect(await engine.cancel('a')).toBe(true)
    await failed
  })
})

describe('terminate', () => {
  it('ends a run at once, running no more of its code', async () => {
    const body = gate<unknown>()
    const after: string[] = []
    const busy = defineWorkflow({ name: 'busy' }, async (ctx) => {
      await ctx.step('work', () => body.promise)
      after.push('went on')
    })
    const { engine } = await working({ workflows: [busy] })
    const run = await engine.start(busy, { id: 'a' })
    await untilQuiet()
    expect(await run.terminate('enough')).toBe(true)
    await expect(run.result()).rejects.toMatchObject({ code: 'EXECUTION_TERMINATED' })
    body.open(1)
    await untilQuiet()
    expect(after).toEqual([])
    expect(await engine.terminate('a')).toBe(false)
  })
})

describe('pause and resume', () => {
  it('hold a run, timers and events included, and let it go on', async () => {
    const { engine } = await working({ workflows: [waiting] })
    const run = await engine.start(waiting, { id: 'a' })
    await untilQuiet()
    expect(await engine.pause('a')).toBe(true)
    expect(await engine.pause('a')).toBe(false)
    await engine.sendEvent('a', 'go', 'went')
    await untilQuiet()
    expect(await run.status()).toBe('PAUSED')
    expect(await engine.resume('a')).toBe(true)
    expect(await engine.resume('a')).toBe(false)
    expect(await run.result()).toBe('went')
  })

  it('are refused by name where the adapter has no pause', async () => {
    const { engine } = start({ capabilities: { pause: false } })
    const refused = { code: 'UNSUPPORTED_OPERATION', details: { adapter: 'memory', capability: 'pause' } }
    await expect((async () => engine.pause('a'))()).rejects.toMatchObject(refused)
    await expect((async () => engine.resume('a'))()).rejects.toMatchObject(refused)
  })
})

describe('unblock', () => {
  it('lets a run be tried again whose code did not fit', async () => {
    let isChanged = false
    const changing = defineWorkflow({ name: 'changing' }, async (ctx) => {
      if (isChanged) await ctx.sleep('a', 1)
      else await ctx.step('a', () => 1)
      return ctx.waitForEvent('go')
    })
    const process = start({ workflows: [changing] })
    const run = await process.engine.start(changing, { id: 'a' })
    await process.engine.createWorker({ maxWarm: 0 }).runUntilIdle()
    isChanged = true
    await run.sendEvent('go', 'went')
    await untilQuiet()
    expect(await run.status()).toBe('BLOCKED')
    expect((await process.engine.list()).executions[0]?.blocked).toMatchObject({
      reason: 'NON_DETERMINISTIC',
      message: expect.stringMatching(/STEP.*WAIT/),
    })
    isChanged = false
    expect(await process.engine.unblock('a')).toBe(true)
    expect(await run.result()).toBe('went')
    expect(await process.engine.unblock('a')).toBe(false)
  })
})

describe('requests', () => {
  it.each(['cancel', 'terminate', 'pause', 'resume', 'unblock'] as const)(
    '%s is refused for an execution that there is not, and for what is no id',
    async (verb) => {
      const { engine } = start()
      await expect(engine[verb]('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
      await expect(engine[verb]('a b ')).rejects.toMatchObject({ details: { field: 'executionId' } })
    },
  )

  it.each(['cancel', 'terminate'] as const)(
    '%s takes a text as its reason, and nothing else',
    async (verb) => {
      const { engine } = start()
      await expect(engine[verb]('a', 5 as never)).rejects.toMatchObject({ details: { field: 'reason' } })
    },
  )
})

describe('close', () => {
  it('stops its workers, gives up what is held, ends what waits, and closes the store', async () => {
    const process = await working({ workflows: [waiting] })
    const { engine, store, clock } = process
    const run = await engine.start(waiting, { id: 'a' })
    await engine.open('script')
    await untilQuiet()
    const failed = expect(run.result()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await engine.close()
    await failed
    expect(store.counts.close).toBe(1)
    expect(clock.pendingTimers).toBe(0)
    const { runs, workers } = store.inner.database.rows()
    expect(runs.map(({ leaseUntil }) => leaseUntil)).toEqual([null, null])
    expect(workers).toEqual([])
  })

  it('is done once, also by `await using`', async () => {
    const { engine, store } = start()
    await Promise.all([engine.close(), engine.close(), engine[Symbol.asyncDispose]()])
    expect(store.counts.close).toBe(1)
  })

  it('is the end: every call after it is refused', async () => {
    const { engine } = start({ workflows: [hello] })
    const handle = await engine.start(hello, { id: 'a', input: 'Ada' })
    await engine.close()
    const closed = { code: 'ENGINE_CLOSED' }
    await expect(engine.start(hello, { input: 'Ada' })).rejects.toMatchObject(closed)
    await expect(engine.startMany(hello, [])).rejects.toMatchObject(closed)
    await expect(engine.get('a')).rejects.toMatchObject(closed)
    await expect(engine.list()).rejects.toMatchObject(closed)
    await expect(engine.open('script')).rejects.toMatchObject(closed)
    await expect(engine.sendEvent('a', 'go')).rejects.toMatchObject(closed)
    await expect(engine.cancel('a')).rejects.toMatchObject(closed)
    await expect(handle.result()).rejects.toMatchObject(closed)
    await expect(handle.status()).rejects.toMatchObject(closed)
    expect(() => engine.createWorker()).toThrow(expect.objectContaining(closed))
  })

  it('is what a call is told that reaches the store after it', async () => {
    const calls: readonly [Verb, (engine: Engine) => Promise<unknown>][] = [
      ['open', (engine) => engine.start(hello, { input: 'Ada' })],
      ['create', (engine) => engine.start(hello, { input: 'Ada' })],
      ['create', (engine) => engine.startMany(hello, [{ input: 'Ada' }, { input: 'Bo' }])],
      ['create', (engine) => engine.open('script')],
      ['acquire', (engine) => engine.open('script')],
      ['read', (engine) => engine.get('a')],
      ['list', (engine) => engine.list()],
      ['load', (engine) => engine.history('a')],
      ['append', (engine) => engine.sendEvent('a', 'go')],
      ['control', (engine) => engine.cancel('a')],
      ['finishedSince', async (engine) => (await engine.get('a')).result()],
    ]
    for (const [verb, call] of calls) {
      const { engine, store } = start({ workflows: [hello] })
      await store.inner.create([newRun({ executionId: 'a' })])
      store.once(verb, async (reach) => {
        await engine.close()
        return reach()
      })
      await expect(call(engine), `a call of ${verb}`).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    }
  })

  it('changes nothing of a call that fails for another reason', async () => {
    const { engine, store } = start({ workflows: [hello] })
    store.once('create', () => Promise.reject(new StoreError('the disk is full', { retryable: false })))
    await expect(engine.start(hello, { input: 'Ada' })).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })
})

it('createEngine refuses two workflows of one name and version, and a workflow whose needs are not met', () => {
  const greedy = defineWorkflow({ name: 'greedy', requires: ['transactions'] }, async () => 1)
  expect(() => start({ workflows: [hello, hello] })).toThrow(
    expect.objectContaining({ code: 'DUPLICATE_WORKFLOW' }),
  )
  expect(() => start({ workflows: [greedy] })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OPERATION' }),
  )
})
