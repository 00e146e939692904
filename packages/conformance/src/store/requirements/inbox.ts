import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import {
  callback,
  event,
  executionOf,
  forgedPairs,
  keyOf,
  newRun,
  operations,
  outcome,
  unique,
} from '../builders.js'
import { recorded, standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { continueAsNew, finish } from '../turns.js'

/** How far a larger inbox is filled: to its limit would take minutes. */
const mostMessages = 10_000

/** What an inbox keeps. Whom a message wakes is in `wake.ts`. */
/** Of a kind that no limit of an inbox counts. */
const uncounted = { kind: 'callback' } as const

export const inboxRequirements: readonly StoreRequirement[] = [
  requirement('INBOX-01', 'messages are numbered from 1 without a gap', async (t) => {
    const run = await t.hold()
    for (const inboxSeq of [1, 2, 3]) {
      expect(await t.send(run, event('go'))).toEqual({ kind: 'appended', inboxSeq })
    }
    expect(await t.row(run)).toMatchObject({ inboxSeq: 3, inboxPending: 3 })
  }),

  requirement('INBOX-02', 'each execution numbers its own messages', async (t) => {
    const [a, b] = [await t.hold(), await t.hold()]
    await t.send(a, event('go'))
    expect(await t.send(b, event('go'))).toEqual({ kind: 'appended', inboxSeq: 1 })
  }),

  requirement('INBOX-03', 'numbers have no gap and no repeat when many send at once', async (t) => {
    const to = executionOf(await t.hold())
    const another = await t.another()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? t.store : another).append([{ to, message: callback('go') }]),
      ),
    )
    const numbers = answers.flat().map((answer) => 'inboxSeq' in answer && answer.inboxSeq)
    expect(new Set(numbers)).toEqual(new Set(Array.from({ length: 50 }, (_, index) => index + 1)))
  }),

  requirement('INBOX-04', 'a message is kept as it was sent, with the time of the store', async (t) => {
    const run = await t.hold()
    const error = { name: 'Error', message: 'no', stack: 'at …', data: { a: [1, null] } }
    const message = outcome('spawn', { error, outcome: 'FAILED', value: null, dedupeId: 'once' })
    t.clock.advance(1)
    await t.send(run, message)
    expect(await t.pending(run)).toEqual([{ ...message, inboxSeq: 1, receivedAt: t.clock.now() }])
  }),

  requirement('INBOX-05', 'a second message with a dedupe id is a duplicate of the first', async (t) => {
    const run = await t.hold()
    const message = event('go', { dedupeId: 'payment-7' })
    await t.send(run, event('other'))
    expect(await t.send(run, message)).toEqual({ kind: 'appended', inboxSeq: 2 })
    expect(await t.send(run, { ...message, value: null })).toEqual({ kind: 'duplicate', inboxSeq: 2 })
    expect(await t.pending(run)).toHaveLength(2)
  }),

  requirement('INBOX-06', 'a dedupe id counts in its own execution only', async (t) => {
    const message = event('go', { dedupeId: 'payment-7' })
    for (const run of [await t.hold(), await t.hold()]) {
      expect(await t.send(run, message)).toEqual({ kind: 'appended', inboxSeq: 1 })
    }
  }),

  requirement(
    'INBOX-07',
    'a dedupe id still counts once its message was consumed and the run has ended',
    async (t) => {
      const run = await t.hold()
      const message = event('go', { dedupeId: 'payment-7' })
      await t.send(run, message)
      const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
      await t.apply(await t.row(run), { consumed, turn: continueAsNew() })
      expect(await t.send(run, message)).toEqual({ kind: 'duplicate', inboxSeq: 1 })
      await t.ask(run, { kind: 'terminate', reason: null })
      expect(await t.send(run, message)).toEqual({ kind: 'duplicate', inboxSeq: 1 })
    },
  ),

  requirement('INBOX-08', 'messages without a dedupe id are never taken for one another', async (t) => {
    const run = await t.hold()
    await t.send(run, event('go'))
    expect(await t.send(run, event('go'))).toEqual({ kind: 'appended', inboxSeq: 2 })
  }),

  requirement('INBOX-09', 'a full inbox turns away events and nothing else', async (t) => {
    const run = await recorded(t)
    const limit = t.store.capabilities.limits.maxInboxMessages
    const to = executionOf(run)
    for (let sent = 0; sent < Math.min(limit, mostMessages); sent += 1_000) {
      const length = Math.min(1_000, limit - sent)
      const answers = await t.store.append(Array.from({ length }, () => ({ to, message: event('go') })))
      for (const answer of answers) expect(answer).toMatchObject({ kind: 'appended' })
    }
    if (limit > mostMessages) return
    expect(await t.send(run, event('go'))).toEqual({ kind: 'full', limit })
    expect(await t.send(run, outcome('spawn'))).toEqual({ kind: 'appended', inboxSeq: limit + 1 })
    const consumed = [1, 2].map((inboxSeq) => ({ inboxSeq, operationId: 'wait' }))
    await t.apply(await t.row(run), { consumed })
    expect(await t.send(run, event('go'))).toEqual({ kind: 'appended', inboxSeq: limit + 2 })
    expect(await t.send(run, event('go'))).toEqual({ kind: 'full', limit })
  }),

  requirement('INBOX-10', 'a message to an unknown execution says so and creates nothing', async (t) => {
    const nobody = { namespace: 'main', executionId: 'nobody' }
    expect(await t.send(nobody, event('go'))).toEqual({ kind: 'unknown' })
    const run = await t.start()
    expect(await t.send({ ...run, namespace: 'elsewhere' }, event('go'))).toEqual({ kind: 'unknown' })
  }),

  requirement('INBOX-11', 'a message to a finished execution says how it ended', async (t) => {
    for (const status of ['COMPLETED', 'TERMINATED'] as const) {
      const run = await standing(t, status)
      expect(await t.send(run, event('go'))).toEqual({ kind: 'finished', status })
      expect(await t.row(run)).toMatchObject({ inboxSeq: 0 })
    }
  }),

  requirement('INBOX-12', 'a message for a run that is not current is dropped', async (t) => {
    const run = await t.hold()
    expect(await t.send(run, outcome('spawn', { runNo: 2 }))).toEqual({ kind: 'dropped' })
    expect(await t.send(run, outcome('spawn', { runNo: 1 }))).toEqual({ kind: 'appended', inboxSeq: 1 })
    expect((await t.rows()).inbox).toHaveLength(1)
  }),

  requirement('INBOX-13', 'a consumed message is gone from the inbox and stays in the history', async (t) => {
    const run = await t.hold()
    await t.send(run, event('one'))
    await t.send(run, event('two'))
    await t.send(run, event('three'))
    const consumed = [
      { inboxSeq: 2, operationId: 'wait-1' },
      { inboxSeq: 3, operationId: null },
    ]
    expect(await t.apply(await t.row(run), { consumed })).toMatchObject({ inboxSeq: 3, inboxPending: 1 })
    expect(await t.pending(run)).toMatchObject([{ inboxSeq: 1 }])
    expect(await t.store.inbox({ ...executionOf(run), after: 0, limit: 10 })).toMatchObject({
      messages: [
        { inboxSeq: 1, consumedBy: null, dropped: false },
        { inboxSeq: 2, consumedBy: 'wait-1', dropped: false },
        { inboxSeq: 3, consumedBy: null, dropped: true },
      ],
      more: false,
    })
  }),

  requirement('INBOX-14', 'a message is consumed once', async (t) => {
    const run = await t.hold()
    await t.send(run, event('one'))
    const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
    const after = await t.apply(await t.row(run), { consumed })
    expect(await t.commit(after, { consumed })).toMatchObject({ kind: 'rejected' })
    expect(await t.row(run)).toEqual(after)
  }),

  requirement('INBOX-15', 'messages are answered by topic, in the order of their numbers', async (t) => {
    const run = await t.hold()
    for (const name of ['a', 'b', 'a', 'b', 'a', 'c']) await t.send(run, event(name, uncounted))
    await t.apply(await t.row(run), { consumed: [{ inboxSeq: 1, operationId: 'wait' }] })
    const asked = async (...topics: readonly [name: string, after: number, limit: number][]) => {
      const request = topics.map(([name, after, limit]) => ({ topic: `event:${name}`, after, limit }))
      const page = await t.store.messages({ ...keyOf(run), topics: request, maxBytes: 1_000_000 })
      return [page.messages.map(({ inboxSeq }) => inboxSeq), page.more]
    }
    expect(await asked(['a', 0, 1])).toEqual([[3], false])
    expect(await asked(['a', 0, 10], ['b', 2, 10])).toEqual([[3, 5, 4], false])
    expect(await asked(['d', 0, 10])).toEqual([[], false])
    expect(await asked()).toEqual([[], false])
  }),

  requirement('INBOX-23', 'messages are answered within the bytes, and one at least', async (t) => {
    const run = await t.hold()
    const value = { format: 'json', data: JSON.stringify('x'.repeat(1_000)) } as const
    for (let count = 0; count < 5; count += 1) await t.send(run, event('big', { value, ...uncounted }))
    const asked = async (after: number, maxBytes: number) => {
      const topics = [{ topic: 'event:big', after, limit: 10 }]
      const page = await t.store.messages({ ...keyOf(run), topics, maxBytes })
      return [page.messages.map(({ inboxSeq }) => inboxSeq), page.more]
    }
    expect(await asked(0, 1)).toEqual([[1], true])
    expect(await asked(1, 2_000)).toEqual([[2, 3], true])
    expect(await asked(3, 1_000_000)).toEqual([[4, 5], false])
  }),

  requirement('INBOX-16', 'the history of an execution is paged over all its runs', async (t) => {
    const run = await recorded(t)
    await t.send(run, event('a'))
    await t.apply(await t.row(run), { turn: continueAsNew() })
    await t.send(run, event('b'))
    await t.send(run, event('c'))
    const first = await t.store.inbox({ ...executionOf(run), after: 0, limit: 2 })
    const second = await t.store.inbox({ ...executionOf(run), after: 2, limit: 2 })
    expect([first.messages.map(({ topic }) => topic), first.more]).toEqual([['event:a', 'event:b'], true])
    expect([second.messages.map(({ topic }) => topic), second.more]).toEqual([['event:c'], false])
  }),

  requirement(
    'INBOX-17',
    'an event that came before anybody waited is there for who waits later',
    async (t) => {
      const run = await suspended(t, ['event:other'])
      await t.send(run, event('approved'))
      expect(await t.pending(run)).toMatchObject([{ topic: 'event:approved' }])
      await t.send(run, event('other'))
      const held = await t.reclaim(run)
      expect(held).toMatchObject({ inboxSeq: 2, inboxPending: 2 })
      expect(await t.pending(held)).toMatchObject([{ topic: 'event:approved' }, { topic: 'event:other' }])
    },
  ),

  requirement(
    'INBOX-18',
    'a message that an earlier run left behind can be neither consumed nor dropped',
    async (t) => {
      const first = await t.hold()
      await t.send(first, event('go'))
      await t.apply(await t.row(first), { turn: finish() })
      const { executionId, queue } = first
      await t.create(newRun({ executionId, queue, idReusePolicy: 'newRunAfterTerminal' }))
      const second = await t.reclaim(await t.newest(first))
      await t.send(second, event('go'))
      const current = await t.row(second)
      for (const operationId of ['wait', null]) {
        const consumed = [2, 1].map((inboxSeq) => ({ inboxSeq, operationId }))
        expect(await t.commit(current, { consumed })).toMatchObject({ kind: 'rejected' })
        expect(await t.row(current)).toEqual(current)
      }
    },
  ),

  requirement('INBOX-19', 'a turn that names a message twice is rejected, and writes nothing', async (t) => {
    const run = await t.hold()
    await t.send(run, event('go'))
    const current = await t.row(run)
    for (const operationIds of [
      ['wait', 'wait'],
      ['wait', null],
      [null, null],
    ]) {
      const consumed = operationIds.map((operationId) => ({ inboxSeq: 1, operationId }))
      const rows = operations(current, [{}])
      expect(await t.commit(current, { consumed, operations: rows })).toMatchObject({ kind: 'rejected' })
      expect(await t.row(current)).toEqual(current)
      expect(await t.journal(current)).toEqual([])
    }
  }),

  requirement('INBOX-21', 'an execution and a dedupe id are two things, however they are cut', async (t) => {
    for (const pair of forgedPairs) {
      const namespace = unique('namespace')
      for (const { outer, inner } of pair) {
        const run = await t.start({ namespace, executionId: outer })
        expect(await t.send(run, event('go', { dedupeId: inner }))).toEqual({ kind: 'appended', inboxSeq: 1 })
      }
      for (const { outer, inner } of pair) {
        const inbox = await t.store.inbox({ namespace, executionId: outer, after: 0, limit: 10 })
        expect(inbox.messages).toMatchObject([{ inboxSeq: 1, dedupeId: inner }])
      }
    }
  }),
]
