import {
  type DurableContextOps,
  type Duration,
  defineWorkflow,
  type ErrorCode,
  isDurableError,
} from '@perdure/core'
import { createEngine, type StartOptions } from '@perdure/engine'
import { describe, expect, test } from 'vitest'
import type { SqliteOptions } from '../src/options.js'
import { sqlite } from '../src/sqlite-store.js'
import { isWrite, kindOf } from './support/counted-database.js'
import { type CountedEngine, countedEngine } from './support/counted-engine.js'
import { awaited } from './support/virtual-time.js'

const limitBytes = 1_048_576

const known = defineWorkflow({ name: 'known' }, async (_ctx, input: unknown) => input)

/** What is asked, with which code it is refused, and what the error says of field, value and limit. */
type Refusal = readonly [
  what: string,
  act: (made: CountedEngine) => unknown,
  code: ErrorCode,
  field: string,
  value: unknown,
  limit: unknown,
]

const start = ({ engine }: CountedEngine, options: object): Promise<unknown> =>
  engine.start(known, options as StartOptions)

const idLimit = expect.stringContaining('1 to 200')
const knownIdLimit = expect.stringContaining('1 to 256')
const nameLimit = '1 to 256 printable ASCII characters'

// biome-ignore format: a line each
const refusals: readonly Refusal[] = [
  ['an empty id', (made) => start(made, { id: '' }), 'VALIDATION', 'options.id', '""', idLimit],
  ['an id that ends in a space', (made) => start(made, { id: 'a ' }), 'VALIDATION', 'options.id', '"a "', idLimit],
  ['an id that is too long', (made) => start(made, { id: 'x'.repeat(201) }), 'VALIDATION', 'options.id', expect.stringContaining('"xxx'), idLimit],
  ['a queue with a line break', (made) => start(made, { queue: 'a\nb' }), 'VALIDATION', 'options.queue', '"a\\nb"', nameLimit],
  ['a timeout of no unit', (made) => start(made, { timeout: '10 lightyears' }), 'VALIDATION', 'options.timeout', '"10 lightyears"', expect.stringContaining("'30s'")],
  ['a negative timeout', (made) => start(made, { timeout: -1 }), 'VALIDATION', 'options.timeout', '-1', 'a duration from 1 to 31622400000 ms'],
  ['a timeout that is too long', (made) => start(made, { timeout: '367d' }), 'VALIDATION', 'options.timeout', '"367d"', 'a duration from 1 to 31622400000 ms'],
  ['a timeout that is not a number', (made) => start(made, { timeout: Number.NaN }), 'VALIDATION', 'options.timeout', 'NaN', 'a duration from 1 to 31622400000 ms'],
  ['a priority out of range', (made) => start(made, { priority: 101 }), 'VALIDATION', 'options.priority', '101', 'a whole number from -100 to 100'],
  ['an instant that is none', (made) => start(made, { startAt: new Date(Number.NaN) }), 'VALIDATION', 'options.startAt', 'Date (invalid)', 'a valid Date'],
  ['a misspelled option', (made) => start(made, { inputt: 1 }), 'VALIDATION', 'options.inputt', '1', expect.stringContaining('input')],
  ['an input with a function', (made) => start(made, { input: { items: [{ fn: () => 1 }] } }), 'SERIALIZATION', 'options.input.items[0].fn', 'function fn', expect.stringContaining('function')],
  ['an input with a class instance', (made) => start(made, { input: new (class Money {})() }), 'SERIALIZATION', 'options.input', 'Money {}', expect.stringContaining('instance of Money')],
  ['an input of one byte too many', (made) => start(made, { input: 'x'.repeat(limitBytes - 1) }), 'PAYLOAD_TOO_LARGE', 'options.input', undefined, limitBytes],
  ['a workflow that is not registered', ({ engine }) => engine.start('unknown'), 'UNKNOWN_WORKFLOW', 'workflow', 'unknown', '"known" version "1"'],
  ['a workflow name that is none', ({ engine }) => engine.start(''), 'VALIDATION', 'workflow', '""', nameLimit],
  ['one bad start of many', ({ engine }) => engine.startMany(known, [{ id: 'good' }, { id: 'ä' }]), 'VALIDATION', 'options[1].id', '"ä"', idLimit],
  ['an event name that is none', ({ engine }) => engine.sendEvent('there', ''), 'VALIDATION', 'name', '""', nameLimit],
  ['an event to an id that is none', ({ engine }) => engine.sendEvent(' not there', 'go'), 'VALIDATION', 'executionId', '" not there"', knownIdLimit],
  ['an event that cannot be stored', ({ engine }) => engine.sendEvent('there', 'go', Symbol('s')), 'SERIALIZATION', 'payload', 'Symbol(s)', 'it is a symbol'],
  ['an event of one byte too many', ({ engine }) => engine.sendEvent('there', 'go', 'x'.repeat(limitBytes - 1)), 'PAYLOAD_TOO_LARGE', 'payload', undefined, limitBytes],
  ['a misspelled option of an event', ({ engine }) => engine.sendEvent('there', 'go', 1, { dedupe: 'x' } as object), 'VALIDATION', 'options.dedupe', '"x"', 'dedupeId'],
  ['a script of an id that is none', ({ engine }) => engine.open(' '), 'VALIDATION', 'executionId', '" "', idLimit],
  ['a reason that is no text', ({ engine }) => engine.cancel('there', 7 as unknown as string), 'VALIDATION', 'reason', '7', 'a text'],
  ['a status that is none', ({ engine }) => engine.list({ status: 'DONE' as 'FAILED' }), 'VALIDATION', 'options.status', '"DONE"', expect.stringContaining('COMPLETED')],
  ['a lease that is too short', ({ engine }) => engine.createWorker({ lease: 99 }), 'VALIDATION', 'options.lease', '99', 'a duration from 100 to 86400000 ms'],
  ['a worker of no concurrency', ({ engine }) => engine.createWorker({ concurrency: 0 }), 'VALIDATION', 'options.concurrency', '0', 'a whole number from 1 to 100000'],
  ['a misspelled option of a worker', ({ engine }) => engine.createWorker({ concurency: 5 } as object), 'VALIDATION', 'options.concurency', '5', expect.stringContaining('concurrency')],
  ['a workflow registered twice', ({ store }) => createEngine({ store, workflows: [known, known] }), 'DUPLICATE_WORKFLOW', 'workflows[1]', 'known 1', 'each name and version once'],
  ['a misspelled option of an engine', ({ store }) => createEngine({ store, workflow: [known] } as never), 'VALIDATION', 'options.workflow', 'array of 1', expect.stringContaining('workflows')],
  ['a workflow without a name', () => defineWorkflow({ name: '' }, async () => 1), 'VALIDATION', 'options.name', '""', nameLimit],
  ['a misspelled option of a workflow', () => defineWorkflow({ name: 'x', timeOut: 1 } as { name: string }, async () => 1), 'VALIDATION', 'options.timeOut', '1', expect.stringContaining('timeout')],
  ['a misspelled option of the store', () => sqlite({ path: 'x.db', busyTimout: 1 } as SqliteOptions), 'VALIDATION', 'sqlite().busyTimout', '1', expect.stringContaining('busyTimeout')],
]

describe('what an engine is given', () => {
  test.each(refusals)(
    '%s is refused before anything is written',
    async (_what, act, code, field, value, limit) => {
      const made = await countedEngine({ workflows: [known] })
      const error = await refusalOf(() => act(made))
      expect(isDurableError(error, code), String(error)).toBe(true)
      expect(error).toMatchObject({ details: { field, limit, ...(value === undefined ? {} : { value }) } })
      if (code === 'PAYLOAD_TOO_LARGE') expect(error).toMatchObject({ details: { size: limitBytes + 1 } })
      expect(made.counted.statements.filter(isWrite)).toEqual([])
    },
  )

  test('a payload of exactly the limit is taken', async () => {
    const { clock, engine } = await countedEngine({ workflows: [known] })
    const input = 'x'.repeat(limitBytes - 2)
    const run = await engine.start(known, { input })
    expect(await awaited(clock, run.result())).toBe(input)
  })
})

type Call = readonly [what: string, call: (ctx: DurableContextOps) => unknown, field: string, value: string]

// biome-ignore format: a line each
const calls: readonly Call[] = [
  ['a step without a name', (ctx) => ctx.step('', () => 1), 'name', '""'],
  ['a step name outside of ASCII', (ctx) => ctx.step('é', () => 1), 'name', '"é"'],
  ['a step without a body', (ctx) => ctx.step('s', 1 as never), 'fn', '1'],
  ['a misspelled option of a step', (ctx) => ctx.step('s', () => 1, { retries: 3 } as object), 'options.retries', '3'],
  ['a retry without maxAttempts', (ctx) => ctx.step('s', () => 1, { retry: {} as never }), 'options.retry.maxAttempts', 'undefined'],
  ['an attempt timeout of nothing', (ctx) => ctx.step('s', () => 1, { attemptTimeout: 0 }), 'options.attemptTimeout', '0'],
  ['a negative sleep', (ctx) => ctx.sleep('s', -5), 'duration', '-5'],
  ['a sleep that is not a number', (ctx) => ctx.sleep('s', Number.NaN), 'duration', 'NaN'],
  ['a sleep that is too long', (ctx) => ctx.sleep('s', '367d'), 'duration', '"367d"'],
  ['a sleep of no unit', (ctx) => ctx.sleep('s', 'soon' as Duration), 'duration', '"soon"'],
  ['a sleep until no date', (ctx) => ctx.sleepUntil('s', new Date(Number.NaN)), 'date', 'Date (invalid)'],
  ['a wait for an event without a name', (ctx) => ctx.waitForEvent(''), 'name', '""'],
  ['a wait with a bad timeout', (ctx) => ctx.waitForEvent('go', { timeout: '1y' as Duration }), 'options.timeout', '"1y"'],
  ['a child context without a name', (ctx) => ctx.runInChildContext('', async () => 1), 'name', '""'],
]

describe('what a workflow asks for', () => {
  test.each(calls)('%s is refused and leaves no trace in the journal', async (_what, call, field, value) => {
    let refused: unknown
    const asks = defineWorkflow({ name: 'asks' }, async (ctx) => {
      refused = await refusalOf(() => call(ctx))
    })
    const { clock, counted, engine } = await countedEngine({ workflows: [asks] })
    const run = await engine.start(asks)
    await awaited(clock, run.result())
    expect(isDurableError(refused, 'VALIDATION'), String(refused)).toBe(true)
    expect(refused).toMatchObject({ details: { field, value, limit: expect.anything() } })
    expect(counted.statements.map(kindOf)).not.toContain('insert operations')
  })
})

async function refusalOf(act: () => unknown): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}
