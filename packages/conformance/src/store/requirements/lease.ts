import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { acquireRequest, event, holding } from '../builders.js'
import { recorded, standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { block, finish, suspend } from '../turns.js'

const minute = 60_000

export const leaseRequirements: readonly StoreRequirement[] = [
  requirement('LEASE-01', 'a renewal extends the lease from now on', async (t) => {
    const run = await t.hold()
    t.clock.advance(10_000)
    const leaseUntil = t.clock.now() + minute
    const answers = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    expect(answers).toMatchObject([{ kind: 'renewed', now: t.clock.now(), leaseUntil }])
    expect(await t.row(run)).toEqual({ ...run, leaseUntil, answeredAt: t.clock.now() })
  }),

  requirement('LEASE-02', 'a renewal never shortens a lease', async (t) => {
    const run = await t.hold()
    const answers = await t.store.renew({ leaseMs: 10, holdings: [holding(run)] })
    expect(answers).toMatchObject([{ kind: 'renewed', leaseUntil: run.leaseUntil }])
  }),

  requirement('LEASE-03', 'a lease that ran out and was claimed by nobody can be renewed', async (t) => {
    const run = await t.hold()
    t.clock.advance(minute)
    const answers = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    expect(answers).toMatchObject([{ kind: 'renewed', leaseUntil: t.clock.now() + minute }])
    expect(await t.claim({ queues: [run.queue] })).toEqual([])
  }),

  requirement('LEASE-04', 'a lease that somebody else has claimed cannot be renewed', async (t) => {
    const run = await t.hold()
    t.clock.advance(minute)
    const taken = await t.reclaim(run)
    const answers = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    expect(answers).toEqual([{ kind: 'fenced' }])
    expect(await t.row(run)).toEqual(taken)
  }),

  requirement('LEASE-05', 'a lease that was given up cannot be renewed', async (t) => {
    const run = await suspended(t)
    const answers = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    expect(answers).toEqual([{ kind: 'fenced' }])
    expect(await t.row(run)).toEqual(run)
  }),

  requirement('LEASE-06', 'a renewal tells the holder of new messages and requests', async (t) => {
    const run = await recorded(t)
    await t.send(run, event('approved'))
    await t.ask(run, { kind: 'cancel', reason: 'no longer wanted' })
    const answers = await t.store.renew({ leaseMs: minute, holdings: [holding(run)] })
    const cancel = { reason: 'no longer wanted' }
    expect(answers).toMatchObject([{ kind: 'renewed', inboxSeq: 1, control: { seq: 1, cancel } }])
  }),

  requirement('LEASE-07', 'each holding of a renewal is answered for itself, in order', async (t) => {
    const [a, b, c] = [await t.hold(), await t.hold(), await t.hold()]
    const lost = { ...holding(b), fence: { ...b.fence, nonce: 'of somebody else' } }
    const unknown = holding({ ...c, executionId: 'nobody' })
    const holdings = [holding(a), lost, unknown, holding(c)]
    const answers = await t.store.renew({ leaseMs: minute, holdings })
    expect(answers.map(({ kind }) => kind)).toEqual(['renewed', 'fenced', 'fenced', 'renewed'])
  }),

  requirement(
    'LEASE-08',
    'a commit with at least half of its lease left leaves the lease alone',
    async (t) => {
      const run = await t.hold()
      t.clock.advance(15_000)
      const { leaseUntil } = await t.apply(run, { leaseMs: 30_000 })
      expect(leaseUntil).toBe(run.leaseUntil)
    },
  ),

  requirement('LEASE-09', 'a commit with less than half of its lease left renews it', async (t) => {
    const run = await t.hold()
    t.clock.advance(15_001)
    const { leaseUntil } = await t.apply(run, { leaseMs: 30_000 })
    expect(leaseUntil).toBe(t.clock.now() + 30_000)
  }),

  requirement('LEASE-10', 'each claim of a lease that nobody released counts as a recovery', async (t) => {
    const run = await t.hold()
    expect(run.recoveries).toBe(0)
    for (const recoveries of [1, 2, 3]) {
      t.clock.advance(minute)
      expect(await t.reclaim(run)).toMatchObject({ recoveries })
    }
  }),

  requirement('LEASE-11', 'claiming a run whose lease nobody gave up is a recovery', async (t) => {
    let run = await t.hold()
    for (const recoveries of [1, 2, 3]) {
      t.clock.advance(minute)
      run = await t.reclaim(run)
      expect(run.recoveries).toBe(recoveries)
    }
  }),

  requirement('LEASE-12', 'claiming a run that was let go is no recovery', async (t) => {
    const released = await standing(t, 'PENDING')
    const slept = await suspended(t, [], t.clock.now())
    expect(await t.reclaim(released)).toMatchObject({ recoveries: 0 })
    expect(await t.reclaim(slept)).toMatchObject({ recoveries: 0 })
  }),

  requirement('LEASE-13', 'a turn that gives the run up leaves no lease', async (t) => {
    for (const turn of [suspend(), block(), finish(), { kind: 'release' } as const]) {
      const run = await t.hold()
      expect(await t.commit(run, { turn })).toMatchObject({ kind: 'applied', leaseUntil: null })
      expect(await t.row(run)).toMatchObject({ leaseUntil: null, leaseOwner: null })
    }
  }),

  requirement('LEASE-14', 'one execution is leased by its id, due or not, direct or not', async (t) => {
    const later = t.clock.now() + 3_600_000
    for (const run of [
      await t.start({ startAt: later }),
      await t.start({ direct: true }),
      await suspended(t),
    ]) {
      const request = acquireRequest(run, { workerId: 'p', leaseMs: minute })
      const answer = await t.store.acquire(request)
      expect(answer).toMatchObject({ kind: 'acquired', now: t.clock.now() })
      const leaseUntil = t.clock.now() + minute
      const fence = { epoch: run.fence.epoch + 1, nonce: request.requestId }
      expect(await t.row(run)).toMatchObject({ status: 'RUNNING', leaseUntil, leaseOwner: 'p', fence })
    }
  }),

  requirement('LEASE-15', 'acquiring a run that is held answers how long', async (t) => {
    const run = await t.hold()
    t.clock.advance(10_000)
    expect(await t.store.acquire(acquireRequest(run))).toEqual({ kind: 'leased', remainingMs: 20_000 })
    t.clock.advance(20_000)
    expect(await t.store.acquire(acquireRequest(run))).toMatchObject({
      kind: 'acquired',
      run: { recoveries: 1 },
    })
  }),

  requirement('LEASE-16', 'acquiring a finished or unknown execution answers so', async (t) => {
    const run = await standing(t, 'FAILED')
    expect(await t.store.acquire(acquireRequest(run))).toEqual({ kind: 'finished', status: 'FAILED' })
    const unknown = { namespace: 'main', executionId: 'nobody' }
    expect(await t.store.acquire(acquireRequest(unknown))).toEqual({ kind: 'unknown' })
  }),

  requirement('LEASE-17', 'the same request to acquire again answers with the same lease', async (t) => {
    const request = acquireRequest(await t.start({ direct: true }))
    const first = await t.store.acquire(request)
    expect(await (await t.another()).acquire(request)).toEqual(first)
  }),

  requirement('LEASE-18', 'a paused run that is acquired stays paused and can be resumed', async (t) => {
    const run = await standing(t, 'PAUSED')
    await t.store.acquire(acquireRequest(run))
    expect(await t.row(run)).toMatchObject({ status: 'PAUSED', leaseOwner: 'process-1' })
    expect(await t.ask(run, { kind: 'resume' })).toMatchObject({ kind: 'accepted', status: 'RUNNING' })
  }),

  requirement(
    'LEASE-19',
    'a look tells the holder of the newest message and request, and writes nothing',
    async (t) => {
      const run = await t.hold()
      await t.send(run, event('go'))
      await t.ask(run, { kind: 'pause' })
      t.clock.advance(1_000)
      const before = await t.rows()
      expect(await t.store.look([holding(run)])).toEqual([{ kind: 'held', inboxSeq: 1, controlSeq: 1 }])
      expect(await t.rows()).toEqual(before)
    },
  ),

  requirement('LEASE-20', 'a look tells whoever holds the run no more, each for itself', async (t) => {
    const [lost, ended, held] = [await t.hold(), await t.hold(), await t.hold()]
    await t.ask(ended, { kind: 'terminate', reason: null })
    const { key, fence } = holding(lost)
    const unknown = { key: { ...key, executionId: 'nobody' }, fence }
    const holdings = [{ key, fence: { ...fence, nonce: 'another' } }, holding(ended), unknown, holding(held)]
    expect(await t.store.look(holdings)).toMatchObject([
      { kind: 'fenced' },
      { kind: 'fenced', status: 'TERMINATED' },
      { kind: 'fenced' },
      { kind: 'held' },
    ])
    await t.apply(held, { turn: suspend(['event:go']) })
    expect(await t.store.look([holding(held)])).toEqual([{ kind: 'fenced' }])
  }),
]
