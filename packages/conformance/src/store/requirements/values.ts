import { createHash } from 'node:crypto'
import type { EncodedValue, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import {
  acquireRequest,
  callback,
  claimRequest,
  event,
  executionOf,
  newRun,
  operations,
} from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { finish } from '../turns.js'

/** Text that escapes, encodings and comparisons have got wrong before. */
const texts: readonly string[] = [
  '',
  'a\u0000b',
  '\ud800',
  'a\udc00b',
  '😀 e\u0301 é \u202eRTL\u202c',
  '\u2028\u2029\ufeff\u007f\u0001',
  '"\\\'`',
  '\r\n\t ',
  '%s %d $1 ? :a @b #{c} $' + '{d}',
]

/** Names that a query, a pattern or a property access would understand, were it given the chance. */
const names: readonly string[] = [
  "'; drop table runs; --",
  '" or ""="',
  '%',
  '_',
  '*?[a-z]',
  '$1',
  '{tag}',
  '../..',
  '__proto__',
  'constructor',
  'null',
  'مرحبا \u202eabc',
  'a:b/c#2 d',
]

export const valuesRequirements: readonly StoreRequirement[] = [
  requirement('VALUE-01', 'any text survives in a value', async (t) => {
    for (const data of texts) await survives(t, { format: 'json', data })
  }),

  requirement('VALUE-02', 'any bytes survive in a value, and stay bytes', async (t) => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    for (const data of [all, new Uint8Array(0), all.subarray(100, 110)])
      await survives(t, { format: 'sealed', data })
  }),

  requirement('VALUE-03', 'the format of a value survives, whatever it is called', async (t) => {
    for (const format of ['rich', 'bytes', ...names]) await survives(t, { format, data: '[]' })
  }),

  requirement('VALUE-04', 'any text survives in an error, a reason and an extra', async (t) => {
    for (const text of texts) {
      const run = await t.hold()
      const error = { name: text, message: text, data: { [`key ${text}`]: text } }
      const rows = operations(run, [
        { status: 'FAILED', error, value: null, extras: { [`key ${text}`]: text } },
      ])
      await t.apply(run, { operations: rows })
      await t.ask(run, { kind: 'cancel', reason: text })
      expect(await t.journal(run)).toEqual(rows)
      expect((await t.row(run)).control.cancel).toMatchObject({ reason: text })
    }
  }),

  requirement('VALUE-05', 'hostile names are stored literally', async (t) => {
    const runs = await Promise.all(names.map((name) => t.start(named(name))))
    expect(await Promise.all(runs.map((run) => t.newest(run)))).toEqual(runs)
    expect((await t.rows()).runs).toHaveLength(names.length)
    for (const [index, name] of names.entries()) {
      expect(runs[index]).toMatchObject({ ...named(name), runNo: 1 })
    }
  }),

  requirement('VALUE-06', 'a hostile name is claimed by that very name only', async (t) => {
    for (const name of names) await t.start({ ...named(name), namespace: 'main' })
    for (const name of names) {
      const pairs = [{ workflow: name, version: name, build: name }]
      const request = claimRequest({ requestId: `nonce ${name}`, workerId: name, queues: [name], pairs })
      const { claimed } = await t.store.claim(request)
      expect(claimed).toMatchObject([{ run: { executionId: name, leaseOwner: name } }])
      expect(await t.store.claim(request)).toMatchObject({ claimed })
    }
  }),

  requirement(
    'VALUE-07',
    'hostile names of operations, topics and messages are stored literally',
    async (t) => {
      const run = await t.hold()
      const rows = operations(
        run,
        names.map((name) => ({ operationId: name, name, parentId: null, subType: name })),
      )
      await t.apply(run, { operations: rows })
      expect(await t.journal(run, { limit: 3 })).toEqual(rows)
      for (const name of names) await t.send(run, callback(name, { dedupeId: name }))
      expect((await t.pending(run)).map(({ topic }) => topic)).toEqual(
        names.map((name) => `callback:${name}`),
      )
      const consumed = names.map((name, index) => ({ inboxSeq: index + 1, operationId: name }))
      await t.apply(await t.row(run), { consumed })
      const { messages } = await t.store.inbox({ ...executionOf(run), after: 0, limit: 100 })
      expect(messages.map(({ consumedBy }) => consumedBy)).toEqual(names)
    },
  ),

  requirement('VALUE-08', 'a key called __proto__ is a key like any other', async (t) => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')
    const run = await t.hold({ searchAttributes: hostile })
    await t.apply(run, { operations: operations(run, [{ extras: hostile }]) })
    const [row] = await t.journal(run)
    for (const kept of [run.searchAttributes, row?.extras]) {
      expect(JSON.stringify(kept)).toBe(JSON.stringify(hostile))
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  }),

  requirement('VALUE-09', 'a value of the largest size survives', async (t) => {
    const { maxPayloadBytes } = t.store.capabilities.limits
    await survives(t, { format: 'json', data: 'x'.repeat(maxPayloadBytes) })
    await survives(t, { format: 'sealed', data: new Uint8Array(maxPayloadBytes).fill(255) })
  }),

  requirement('VALUE-10', 'what a caller changes afterwards does not change what is stored', async (t) => {
    const data = Uint8Array.of(1, 2, 3)
    const searchAttributes = { city: 'Jena' }
    const wanted = newRun({ input: { format: 'sealed', data }, searchAttributes })
    await t.create(wanted)
    data.fill(9)
    searchAttributes.city = 'Bonn'
    const kept = await t.newest(wanted)
    expect([...bytesOf(kept)]).toEqual([1, 2, 3])
    expect(kept.searchAttributes).toEqual({ city: 'Jena' })
  }),

  requirement('VALUE-11', 'what a reader changes does not change what is stored', async (t) => {
    const { executionId } = await t.start({ input: { format: 'sealed', data: Uint8Array.of(1, 2, 3) } })
    const answer = await t.store.acquire(acquireRequest({ namespace: 'main', executionId }))
    const row = await t.newest({ namespace: 'main', executionId })
    for (const run of [row, answer.kind === 'acquired' ? answer.run : row]) {
      bytesOf(run).fill(9)
      Reflect.set(run.control, 'seq', 99)
    }
    const kept = await t.newest({ namespace: 'main', executionId })
    expect([...bytesOf(kept), kept.control.seq]).toEqual([1, 2, 3, 0])
  }),

  requirement('VALUE-12', 'instants far away and the ends of all ranges survive', async (t) => {
    const farAway = Date.UTC(2300, 0, 1)
    const [low, high] = [
      await t.start({ priority: -100 }),
      await t.start({ priority: 100, startAt: farAway }),
    ]
    expect([low.priority, high.priority, high.dueAt]).toEqual([-100, 100, farAway])
    expect(await t.claim()).toHaveLength(1)
    await t.ask(high, { kind: 'setDeadline', deadlineAt: farAway + 1 })
    expect((await t.row(high)).control.deadlineAt).toBe(farAway + 1)
  }),
]

/** A run all of whose names are one. */
function named(name: string): Partial<RunRecord> & { readonly executionId: string } {
  return { namespace: name, executionId: name, workflow: name, version: name, queue: name, inputHash: name }
}

/** Sends a value through everything that keeps one. */
async function survives(t: StoreTrial, value: EncodedValue): Promise<void> {
  const run = await t.hold({ input: value, auth: value })
  await t.send(run, event('go', { value }))
  const [message] = await t.pending(run)
  await t.apply(await t.row(run), { operations: operations(run, [{ value }]) })
  const [operation] = await t.journal(run)
  const { output } = await t.apply(await t.row(run), { turn: { ...finish(), output: value } })
  for (const kept of [run.input, run.auth, message?.value, operation?.value, output]) {
    expect(fingerprint(kept)).toEqual(fingerprint(value))
  }
}

/** What tells one value from another, small enough to print. UTF-16 keeps what is not valid text. */
function fingerprint(value: EncodedValue | null | undefined): unknown {
  if (!value) return value
  const { format, data } = value
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf16le') : data
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { format, kept: typeof data === 'string' ? 'text' : 'bytes', length: data.length, sha256 }
}

function bytesOf({ input }: RunRecord): Uint8Array {
  if (typeof input.data === 'string') throw new Error('The bytes came back as text')
  return input.data
}
