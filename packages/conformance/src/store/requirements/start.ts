import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { acquireRequest, event, forgedPairs, json, newRun, operations, unique } from '../builders.js'
import { standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

export const startRequirements: readonly StoreRequirement[] = [
  requirement('START-01', 'a new execution begins as run 1, pending and due at once', async (t) => {
    const wanted = newRun()
    const now = t.clock.now()
    expect(await t.create(wanted)).toEqual({ kind: 'created', runNo: 1, lifeNo: 1, now })
    expect(await t.newest(wanted)).toMatchObject({
      runNo: 1,
      status: 'PENDING',
      dueAt: now,
      createdAt: now,
      startedAt: null,
      finishedAt: null,
      leaseUntil: null,
      fence: { epoch: 0, nonce: '' },
      applied: null,
      counters: { startSeq: 0, settleSeq: 0 },
    })
  }),

  requirement('START-02', 'a run keeps all that it was started with', async (t) => {
    const wanted = newRun({
      priority: -7,
      direct: true,
      parent: { executionId: 'root', runNo: 3, operationId: 'spawn' },
      attached: true,
      seed: 'a seed',
      tenantId: 'tenant-9',
      auth: json({ user: 'ada' }),
      searchAttributes: { city: 'Jena', size: 3, tags: ['a', 'b'], open: null },
    })
    await t.create(wanted)
    const { startAt: _, timeoutMs: __, idReusePolicy: ___, ...kept } = wanted
    expect(await t.newest(wanted)).toMatchObject({ ...kept, lifeNo: 1, startInputHash: kept.inputHash })
  }),

  requirement('START-03', 'a run that starts later is not due before its time', async (t) => {
    const startAt = t.clock.now() + 60_000
    const run = await t.start({ startAt })
    expect(run.dueAt).toBe(startAt)
    t.clock.advance(59_999)
    expect(await t.claim()).toEqual([])
    t.clock.advance(1)
    expect(await t.claim()).toHaveLength(1)
  }),

  requirement('START-04', 'a timeout counts from creation, or from a later start', async (t) => {
    const now = t.clock.now()
    const deadlineOf = async (startAt: number | null): Promise<number | null> =>
      (await t.start({ timeoutMs: 5_000, startAt })).control.deadlineAt
    expect(await deadlineOf(null)).toBe(now + 5_000)
    expect(await deadlineOf(now - 60_000)).toBe(now + 5_000)
    expect(await deadlineOf(now + 60_000)).toBe(now + 65_000)
    expect((await t.start()).control.deadlineAt).toBeNull()
  }),

  requirement('START-05', 'starting a running execution again answers with the run there is', async (t) => {
    const run = await t.start()
    const again = newRun({ executionId: run.executionId, seed: 'another seed' })
    expect(await t.create(again)).toEqual({ kind: 'existing', runNo: 1, lifeNo: 1, status: 'PENDING' })
    expect(await t.newest(run)).toEqual(run)
  }),

  requirement('START-06', 'useRunning refuses an execution that has finished', async (t) => {
    const { executionId } = await standing(t, 'COMPLETED')
    expect(await t.create(newRun({ executionId }))).toEqual({ kind: 'exists', runNo: 1, status: 'COMPLETED' })
  }),

  requirement('START-07', 'returnExisting answers with a finished run too', async (t) => {
    const { executionId } = await standing(t, 'FAILED')
    const answer = await t.create(newRun({ executionId, idReusePolicy: 'returnExisting' }))
    expect(answer).toEqual({ kind: 'existing', runNo: 1, lifeNo: 1, status: 'FAILED' })
  }),

  requirement('START-08', 'newRunAfterTerminal begins the next run of a finished execution', async (t) => {
    const first = await standing(t, 'CANCELLED')
    const again = newRun({
      executionId: first.executionId,
      inputHash: 'other',
      idReusePolicy: 'newRunAfterTerminal',
    })
    expect(await t.create(again)).toMatchObject({ kind: 'created', runNo: 2 })
    expect(await t.newest(again)).toMatchObject({
      runNo: 2,
      status: 'PENDING',
      applied: null,
      inputHash: 'other',
    })
  }),

  requirement('START-09', 'newRunAfterTerminal answers with the run that goes on', async (t) => {
    const { executionId } = await t.start()
    const answer = await t.create(newRun({ executionId, idReusePolicy: 'newRunAfterTerminal' }))
    expect(answer).toEqual({ kind: 'existing', runNo: 1, lifeNo: 1, status: 'PENDING' })
  }),

  requirement('START-10', 'reject refuses every execution there is', async (t) => {
    const running = await t.start()
    const finished = await standing(t, 'COMPLETED')
    for (const { executionId, status } of [running, finished]) {
      const answer = await t.create(newRun({ executionId, idReusePolicy: 'reject' }))
      expect(answer).toEqual({ kind: 'exists', runNo: 1, status })
    }
  }),

  requirement('START-11', 'another input is a mismatch and not a second run', async (t) => {
    const { executionId } = await t.start()
    for (const idReusePolicy of ['useRunning', 'returnExisting', 'newRunAfterTerminal'] as const) {
      const answer = await t.create(newRun({ executionId, inputHash: 'other', idReusePolicy }))
      expect(answer).toEqual({ kind: 'mismatch', runNo: 1, field: 'input' })
    }
  }),

  requirement('START-12', 'another workflow is a mismatch, whatever its input', async (t) => {
    const { executionId } = await t.start()
    const answer = await t.create(newRun({ executionId, workflow: 'refund', inputHash: 'other' }))
    expect(answer).toEqual({ kind: 'mismatch', runNo: 1, field: 'workflow' })
  }),

  requirement('START-13', 'returnExisting compares a finished run as well', async (t) => {
    const { executionId } = await standing(t, 'COMPLETED')
    const answer = await t.create(
      newRun({ executionId, inputHash: 'other', idReusePolicy: 'returnExisting' }),
    )
    expect(answer).toEqual({ kind: 'mismatch', runNo: 1, field: 'input' })
  }),

  requirement('START-14', 'an earlier run stays as it was when the next one begins', async (t) => {
    const first = await standing(t, 'COMPLETED')
    const journal = await t.journal(first)
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    expect(await t.row(first)).toEqual(first)
    expect(await t.journal(first)).toEqual(journal)
    expect(await t.journal({ ...first, runNo: 2 })).toEqual([])
  }),

  requirement('START-15', 'messages of an earlier run stay behind', async (t) => {
    const waiting = await suspended(t, ['event:approved'])
    await t.send(waiting, event('approved'))
    await t.apply(await t.reclaim(waiting), { turn: finish() })
    const again = newRun({ executionId: waiting.executionId, idReusePolicy: 'newRunAfterTerminal' })
    await t.create(again)
    const second = await t.newest(again)
    expect(second).toMatchObject({ inboxSeq: 1, inboxBase: 1, inboxPending: 0 })
    expect(await t.pending(second)).toEqual([])
    expect(await t.send(second, event('approved'))).toEqual({ kind: 'appended', inboxSeq: 2 })
    expect((await t.pending(second)).map(({ inboxSeq }) => inboxSeq)).toEqual([2])
  }),

  requirement('START-16', 'one id in two namespaces is two executions', async (t) => {
    const executionId = unique('shared')
    await t.start({ executionId, namespace: 'north', inputHash: 'a' })
    await t.start({ executionId, namespace: 'south', inputHash: 'b' })
    expect(await t.newest({ namespace: 'north', executionId })).toMatchObject({ runNo: 1, inputHash: 'a' })
    expect(await t.newest({ namespace: 'south', executionId })).toMatchObject({ runNo: 1, inputHash: 'b' })
  }),

  requirement('START-17', 'a namespace and an id are two things, however they are cut', async (t) => {
    const uncut = [
      [
        { outer: 'a', inner: 'bc' },
        { outer: 'ab', inner: 'c' },
      ],
    ]
    const keys = [...uncut, ...forgedPairs].flat().map(({ outer, inner }) => [outer, inner] as const)
    const distinct = new Map(keys.map((key) => [JSON.stringify(key), key]))
    for (const [namespace, executionId] of distinct.values()) {
      const run = await t.start({ namespace, executionId })
      expect(run).toMatchObject({ namespace, executionId, runNo: 1 })
    }
    expect((await t.rows()).runs).toHaveLength(distinct.size)
  }),

  requirement('START-18', 'one id started many times at once becomes one run', async (t) => {
    const wanted = newRun()
    const another = await t.another()
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const [answer] = await (index % 2 === 0 ? t.store : another).create([wanted])
        return answer?.kind
      }),
    )
    expect(answers.filter((kind) => kind === 'created')).toHaveLength(1)
    expect(answers.filter((kind) => kind === 'existing')).toHaveLength(99)
    expect((await t.rows()).runs).toHaveLength(1)
  }),

  requirement('START-19', 'a run that was started twice in one batch is created once', async (t) => {
    const wanted = newRun()
    const other = newRun()
    const clash = { ...wanted, inputHash: 'other' }
    const answers = await t.store.create([wanted, wanted, clash, other])
    expect(answers.map(({ kind }) => kind)).toEqual(['created', 'existing', 'mismatch', 'created'])
    expect(await t.claim()).toHaveLength(2)
  }),

  requirement(
    'START-20',
    'what is compared is the input that began the life, however often it was continued as new',
    async (t) => {
      const { executionId } = await standing(t, 'CONTINUED_AS_NEW')
      const policies = ['useRunning', 'returnExisting', 'newRunAfterTerminal'] as const
      for (const idReusePolicy of policies) {
        const again = newRun({ executionId, idReusePolicy })
        expect(await t.create(again)).toEqual({ kind: 'existing', runNo: 2, lifeNo: 1, status: 'PENDING' })
        const link = { ...again, inputHash: 'hash-of-43' }
        expect(await t.create(link)).toEqual({ kind: 'mismatch', runNo: 2, field: 'input' })
      }
    },
  ),

  requirement(
    'START-21',
    'returnExisting answers with a finished run, however it ended, and creates none',
    async (t) => {
      for (const status of ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const) {
        const run = await standing(t, status)
        const again = newRun({ executionId: run.executionId, idReusePolicy: 'returnExisting' })
        expect(await t.create(again)).toEqual({ kind: 'existing', runNo: 1, lifeNo: 1, status })
        expect(await t.newest(run)).toEqual(run)
      }
    },
  ),

  requirement('START-22', 'an id that many start again at once after its end gets one new run', async (t) => {
    const { executionId } = await standing(t, 'FAILED')
    const another = await t.another()
    const wanted = newRun({ executionId, idReusePolicy: 'newRunAfterTerminal' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const [answer] = await (index % 2 === 0 ? t.store : another).create([wanted])
        return answer
      }),
    )
    expect(answers.filter((answer) => answer?.kind === 'created')).toHaveLength(1)
    for (const answer of answers) expect(answer).toMatchObject({ runNo: 2, lifeNo: 2 })
    expect((await t.rows()).runs).toHaveLength(2)
  }),

  requirement('START-23', 'an id is what it is, whatever printable characters it has', async (t) => {
    for (const executionId of hostileIds) {
      const run = await t.hold({ executionId })
      expect(run).toMatchObject({ executionId, runNo: 1 })
      await t.send(run, event('go'))
      const rows = operations(run, [{ operationId: `step of ${executionId}` }])
      const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
      const seen = { inboxSeq: 1, controlSeq: 0 }
      await t.apply(run, { operations: rows, consumed, seen, turn: suspend(['event:go']) })
      expect(await t.journal(run)).toEqual(rows)
      await t.ask(run, { kind: 'cancel', reason: executionId })
      const done = await t.apply(await t.reclaim(run), { turn: finish('CANCELLED') })
      await t.create(newRun({ executionId, idReusePolicy: 'newRunAfterTerminal' }))
      expect(await t.row(run)).toEqual(done)
      expect(await t.newest(run)).toMatchObject({ executionId, runNo: 2, lifeNo: 2 })
      const taken = await t.store.acquire(acquireRequest(run))
      expect(taken).toMatchObject({ kind: 'acquired', run: { executionId, runNo: 2 } })
    }
    const listed: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const from: { readonly cursor?: string } = cursor === undefined ? {} : { cursor }
      const page = await t.store.list({ namespace: 'main', statuses: [], limit: 2, ...from })
      listed.push(...page.runs.map(({ executionId }) => executionId))
      cursor = page.cursor
    }
    expect(listed.sort()).toEqual([...hostileIds].sort())
  }),
]

/** What people call things, and what has a meaning to whoever splits, quotes or escapes. */
const hostileIds: readonly string[] = [
  'ada@example.org',
  '/invoices/2024/7.pdf',
  'a+b c',
  '100%',
  '%2F',
  "it's",
  '"quoted"',
  '[1,2]',
  '{"a":1}',
  '1:2',
  '?x=1&y=2',
  "'; DROP TABLE perdure_executions; --",
  '\\u0041',
  '__proto__',
  '~',
  'x'.repeat(200),
]
