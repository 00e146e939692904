import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { callback, event, outcome } from '../builders.js'
import { recorded, standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

export const wakeRequirements: readonly StoreRequirement[] = [
  requirement('WAKE-01', 'a message that a suspended run waits for makes it due at once', async (t) => {
    const run = await suspended(t, ['event:approved'], t.clock.now() + 3_600_000)
    t.clock.advance(1_000)
    await t.send(run, event('approved'))
    expect(await t.row(run)).toMatchObject({ status: 'PENDING', dueAt: t.clock.now(), inboxSeq: 1 })
    expect(await t.reclaim(run)).toMatchObject({ status: 'RUNNING', inboxPending: 1 })
  }),

  requirement('WAKE-02', 'a message that nobody waits for is kept and wakes nobody', async (t) => {
    const dueAt = t.clock.now() + 60_000
    const run = await suspended(t, ['event:approved', 'child:spawn'], dueAt)
    await t.send(run, event('rejected'))
    await t.send(run, outcome('other'))
    expect(await t.row(run)).toEqual({ ...run, inboxSeq: 2, inboxPending: 2 })
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
  }),

  requirement('WAKE-03', 'topics are compared whole and literally', async (t) => {
    const run = await suspended(t, ['callback:appr_ved', 'callback:a.*', 'callback:10%'])
    for (const name of ['approved', 'appr_ved2', 'appr_ve', 'APPR_VED', 'abc', 'a.b', '10', '100']) {
      await t.send(run, callback(name))
    }
    expect(await t.row(run)).toMatchObject({ status: 'SUSPENDED', inboxSeq: 8 })
    await t.send(run, callback('a.*'))
    expect(await t.row(run)).toMatchObject({ status: 'PENDING' })
  }),

  requirement(
    'WAKE-04',
    'a run that waits for a whole kind is woken by any message of that kind',
    async (t) => {
      const run = await suspended(t, ['child:*'])
      await t.send(run, event('spawn'))
      expect(await t.row(run)).toMatchObject({ status: 'SUSPENDED' })
      await t.send(run, outcome('spawn'))
      expect(await t.row(run)).toMatchObject({ status: 'PENDING' })
    },
  ),

  requirement('WAKE-05', 'an event whose name is a star wakes no more than who waits for it', async (t) => {
    const run = await suspended(t, ['event:approved'])
    await t.send(run, event('*'))
    expect(await t.row(run)).toMatchObject({ status: 'SUSPENDED' })
  }),

  requirement('WAKE-06', 'a message never steals a live lease', async (t) => {
    const run = await t.reclaim(await suspended(t, ['event:approved'], t.clock.now()))
    await t.send(run, event('approved'))
    expect(await t.row(run)).toEqual({ ...run, inboxSeq: 1, inboxPending: 1 })
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
    expect(await t.commit(run)).toMatchObject({ kind: 'applied', inboxSeq: 1 })
  }),

  requirement('WAKE-07', 'a message leaves a lease that ran out to the next claim', async (t) => {
    const run = await t.reclaim(await suspended(t, ['event:approved'], t.clock.now()))
    t.clock.advance(60_000)
    await t.send(run, event('approved'))
    const answeredAt = t.clock.now() - 1
    expect(await t.row(run)).toEqual({ ...run, inboxSeq: 1, inboxPending: 1, answeredAt })
    expect(await t.reclaim(run)).toMatchObject({ recoveries: 1, inboxPending: 1 })
  }),

  requirement('WAKE-08', 'what an earlier suspension waited for does not wake a later one', async (t) => {
    const run = await suspended(t, ['event:first'], t.clock.now())
    await t.apply(await t.reclaim(run), { turn: suspend(['event:second']) })
    await t.send(run, event('first'))
    expect(await t.row(run)).toMatchObject({ status: 'SUSPENDED', waitsFor: ['event:second'] })
  }),

  requirement('WAKE-09', 'a message to a paused run is kept, and the run stays paused', async (t) => {
    const run = await standing(t, 'PAUSED')
    await t.send(run, event('go'))
    expect(await t.row(run)).toMatchObject({ status: 'PAUSED', inboxPending: 1 })
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
    await t.ask(run, { kind: 'resume' })
    expect(await t.reclaim(run)).toMatchObject({ inboxPending: 1 })
  }),

  requirement('WAKE-10', 'a message to a blocked run is kept, and the run stays blocked', async (t) => {
    const run = await standing(t, 'BLOCKED')
    await t.send(run, event('go'))
    expect(await t.row(run)).toEqual({ ...run, inboxSeq: 1, inboxPending: 1 })
  }),

  requirement('WAKE-11', 'a message does not start a run before its time', async (t) => {
    const run = await t.start({ startAt: t.clock.now() + 60_000 })
    await t.send(run, event('go'))
    const answeredAt = t.clock.now() - 1
    expect(await t.row(run)).toEqual({ ...run, inboxSeq: 1, inboxPending: 1, answeredAt })
  }),

  requirement(
    'WAKE-12',
    'of a message and a suspension neither is lost, whichever comes first',
    async (t) => {
      const first = await recorded(t)
      await t.send(first, event('go'))
      expect(await t.commit(first, { turn: suspend(['event:go']) })).toMatchObject({ kind: 'stale' })
      const second = await recorded(t)
      await t.apply(second, { turn: suspend(['event:go']) })
      await t.send(second, event('go'))
      expect(await t.reclaim(second)).toMatchObject({ inboxSeq: 1 })
    },
  ),

  requirement(
    'WAKE-13',
    'a message and a suspension sent at once never leave a run asleep with it',
    async (t) => {
      const another = await t.another()
      for (let round = 0; round < 10; round++) {
        const run = await recorded(t)
        const to = { namespace: run.namespace, executionId: run.executionId }
        const [answer] = await Promise.all([
          t.commit(run, { turn: suspend(['event:go']) }),
          another.append([{ to, message: event('go') }]),
        ])
        const row = await t.row(run)
        if (answer.kind === 'applied') expect(row.status).toBe('PENDING')
        else expect([answer.kind, row.status]).toEqual(['stale', 'RUNNING'])
        await t.apply(answer.kind === 'applied' ? await t.reclaim(row) : row, { turn: finish() })
      }
    },
  ),
]
