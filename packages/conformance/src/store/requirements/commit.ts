import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { claimRequest, entryFor, event, executionOf, json, operations } from '../builders.js'
import { family, recorded, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

/** What one commit is: recognised, whole, answered. What a turn does to the row is in `turn.ts`. */
export const commitRequirements: readonly StoreRequirement[] = [
  requirement('COMMIT-01', 'a turn writes its rows and counters and is remembered on the row', async (t) => {
    const run = await t.hold()
    const rows = operations(run, [{}, { status: 'STARTED' }])
    const committed = await t.apply(run, { operations: rows })
    const applied = { nonce: run.fence.nonce, commitSeq: 1 }
    expect(committed).toEqual({ ...run, applied, counters: { startSeq: 2, settleSeq: 1 } })
    expect(await t.journal(run)).toEqual(rows)
  }),

  requirement('COMMIT-02', 'a commit that arrives again is a duplicate and changes nothing', async (t) => {
    const run = await recorded(t)
    const other = await suspended(t)
    await t.send(run, event('approved'))
    const entry = entryFor(await t.row(run), {
      operations: operations(run, [{}]),
      consumed: [{ inboxSeq: 1, operationId: 'wait' }],
      messages: [{ to: executionOf(other), message: event('done') }],
    })
    expect(await t.commitAll([entry])).toMatchObject([{ kind: 'applied' }])
    const before = [await t.row(run), await t.row(other), await t.journal(run)]
    const [again] = await t.commitAll([entry])
    expect(again).toMatchObject({ kind: 'duplicate', inboxSeq: 1, leaseUntil: run.leaseUntil })
    expect([await t.row(run), await t.row(other), await t.journal(run)]).toEqual(before)
  }),

  requirement(
    'COMMIT-03',
    'a commit whose answer was lost is answered duplicate even after another claim',
    async (t) => {
      const run = await t.hold()
      const entry = entryFor(run, { operations: operations(run, [{}]), turn: { kind: 'release' } })
      await t.commitAll([entry])
      const taken = await t.reclaim(run)
      expect(await t.commitAll([entry])).toMatchObject([{ kind: 'duplicate' }])
      expect(await t.row(run)).toEqual(taken)
    },
  ),

  requirement(
    'COMMIT-04',
    'a duplicate does not hand the lease of the next holder to the last one',
    async (t) => {
      const run = await t.hold()
      const entry = entryFor(run, { operations: operations(run, [{}]) })
      await t.commitAll([entry])
      t.clock.advance(30_000)
      await t.reclaim(run)
      expect(await t.commitAll([entry])).toMatchObject([{ kind: 'duplicate', leaseUntil: null }])
    },
  ),

  requirement('COMMIT-05', 'the last commit of a finished run is a duplicate too', async (t) => {
    const run = await recorded(t)
    const entry = entryFor(run, { turn: finish() })
    await t.commitAll([entry])
    expect(await t.commitAll([entry])).toMatchObject([{ kind: 'duplicate', leaseUntil: null }])
  }),

  requirement(
    'COMMIT-06',
    'an earlier commit of the same holding, late on its way, overwrites nothing',
    async (t) => {
      const run = await t.hold()
      const started = operations(run, [{ operationId: 'a', status: 'STARTED' }])
      const first = entryFor(run, { operations: started })
      await t.commitAll([first])
      const ended = operations(run, [{ operationId: 'a' }])
      const second = await t.apply(await t.row(run), { operations: ended })
      expect(await t.commitAll([first])).toMatchObject([{ kind: 'duplicate' }])
      expect(await t.row(run)).toEqual(second)
      expect(await t.journal(run)).toEqual(ended)
    },
  ),

  requirement('COMMIT-07', 'each holding counts its commits from its own beginning', async (t) => {
    const run = await recorded(t)
    t.clock.advance(30_000)
    const taken = await t.reclaim(run)
    const entry = entryFor(taken, { commitSeq: 1, operations: operations(taken, [{}]) })
    expect(await t.commitAll([entry])).toMatchObject([{ kind: 'applied' }])
    expect(await t.row(run)).toMatchObject({ applied: { nonce: taken.fence.nonce, commitSeq: 1 } })
  }),

  requirement('COMMIT-08', 'a row with the same operation id is replaced as a whole', async (t) => {
    const run = await t.hold()
    const extras = { kept: true }
    const pending = { operationId: 'a', status: 'PENDING', extras, dueAt: 17, value: json('old') } as const
    const waiting = await t.apply(run, { operations: operations(run, [pending]) })
    const [ended] = operations(run, [{ operationId: 'a', attempt: 2 }])
    if (ended !== undefined) await t.apply(waiting, { operations: [ended] })
    expect(await t.journal(run)).toEqual([ended])
  }),

  requirement(
    'COMMIT-09',
    'every answer carries time, inbox, control and lease as they then stand',
    async (t) => {
      const run = await recorded(t)
      await t.send(run, event('approved'))
      await t.ask(run, { kind: 'setDeadline', deadlineAt: 99 })
      t.clock.advance(20_000)
      const now = t.clock.now()
      const control = { seq: 1, paused: false, cancel: null, deadlineAt: 99 }
      const view = { now, inboxSeq: 1, control }
      expect(await t.commit(run)).toEqual({ kind: 'applied', ...view, leaseUntil: now + 30_000 })
      expect(await t.commit(await t.row(run), { turn: suspend() })).toEqual({
        kind: 'applied',
        ...view,
        leaseUntil: null,
      })
    },
  ),

  requirement('COMMIT-10', 'a turn that consumes what is not there is rejected whole', async (t) => {
    const run = await recorded(t)
    const other = await suspended(t)
    const answer = await t.commit(run, {
      operations: operations(run, [{}]),
      consumed: [{ inboxSeq: 1, operationId: 'wait' }],
      messages: [{ to: executionOf(other), message: event('done') }],
      turn: finish(),
    })
    expect(answer).toEqual({ kind: 'rejected', reason: expect.any(String) })
    expect(await t.row(run)).toEqual(run)
    expect(await t.row(other)).toEqual(other)
    expect(await t.journal(run)).toHaveLength(1)
  }),

  requirement('COMMIT-11', 'after a rejected turn the same commit number is still free', async (t) => {
    const run = await recorded(t)
    await t.commit(run, { consumed: [{ inboxSeq: 1, operationId: 'wait' }] })
    expect(await t.commit(run)).toMatchObject({ kind: 'applied' })
  }),

  requirement('COMMIT-12', 'a turn sends messages in the same act', async (t) => {
    const run = await t.hold()
    const other = await suspended(t, ['event:go'])
    await t.apply(run, { messages: [{ to: executionOf(other), message: event('go') }], turn: finish() })
    expect(await t.row(other)).toMatchObject({ status: 'PENDING', inboxSeq: 1, dueAt: t.clock.now() })
    expect(await t.pending(other)).toMatchObject([{ topic: 'event:go', value: json('go') }])
  }),

  requirement('COMMIT-13', 'a turn can send a message to its own run and hears of it', async (t) => {
    const run = await t.hold()
    const messages = [{ to: executionOf(run), message: event('go') }]
    expect(await t.commit(run, { messages })).toMatchObject({ kind: 'applied', inboxSeq: 1 })
    const seen = await t.row(run)
    await t.apply(seen, { messages, turn: suspend(['event:go']) })
    expect(await t.row(run)).toMatchObject({ status: 'PENDING', inboxSeq: 2, inboxPending: 2 })
  }),

  requirement('COMMIT-14', 'a message that cannot be delivered does not hold up the turn', async (t) => {
    const run = await t.hold()
    const finished = await t.apply(await t.hold(), { turn: finish() })
    const nobody = { namespace: 'main', executionId: 'nobody' }
    const messages = [nobody, executionOf(finished)].map((to) => ({ to, message: event('go') }))
    expect(await t.commit(run, { messages, turn: finish() })).toMatchObject({ kind: 'applied' })
    expect((await t.rows()).inbox).toEqual([])
  }),

  requirement(
    'COMMIT-15',
    'a claim in the same request leases what the turns have just made due',
    async (t) => {
      const { parent, child } = await family(t)
      await t.apply(parent, { turn: suspend(['child:spawn']) })
      const held = await t.reclaim(child)
      const fresh = await t.start({ queue: child.queue })
      const claim = claimRequest({ queues: [child.queue, parent.queue] })
      const reply = await t.store.commit({ entries: [entryFor(held, { turn: finish() })], claim })
      expect(reply.answers).toMatchObject([{ kind: 'applied' }])
      const claimed = reply.claim?.claimed.map(({ run }) => run.executionId)
      expect(claimed?.sort()).toEqual([fresh.executionId, parent.executionId].sort())
      expect(reply.claim?.now).toBe(t.clock.now())
    },
  ),

  requirement('COMMIT-16', 'a commit without a claim answers none', async (t) => {
    const run = await t.hold()
    expect(await t.store.commit({ entries: [entryFor(run)] })).not.toHaveProperty('claim')
  }),

  requirement(
    'COMMIT-17',
    'what is written into a request or an answer afterwards changes nothing in the store',
    async (t) => {
      const run = await t.hold()
      const entry = entryFor(run, { operations: operations(run, [{}]) })
      const { key, fence } = structuredClone(entry)
      const request = { entries: [entry] }
      const reply = await t.store.commit(request)
      const before = await t.row(key)
      const given = [run, request, reply, await t.row(key)]
      given.forEach(scribble)
      expect(entry.key).not.toEqual(key)
      const renewal = { leaseMs: 60_000, holdings: [{ key, fence }] }
      const renewed = await t.store.renew(structuredClone(renewal))
      expect(renewed).toMatchObject([{ kind: 'renewed', control: before.control }])
      scribble(renewed)
      await t.store.renew(renewal)
      expect(await t.row(key)).toEqual({ ...before, leaseUntil: t.clock.now() + 60_000 })
    },
  ),
]

/** Writes into everything that is in a value. */
function scribble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === 'object') scribble(part)
    else Reflect.set(value, key, typeof part === 'number' ? part + 7 : `${part} scribbled`)
  }
}
