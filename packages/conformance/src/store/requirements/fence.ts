import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { event, executionOf, holding, keyOf, newChild, newRun, operations } from '../builders.js'
import { recorded, standing, suspended } from '../scenes.js'
import type { StoreRequirement } from '../store-trial.js'
import { finish, suspend } from '../turns.js'

export const fenceRequirements: readonly StoreRequirement[] = [
  requirement('FENCE-01', 'each claim raises the epoch by one and brings a nonce of its own', async (t) => {
    const first = await t.hold()
    t.clock.advance(30_000)
    const second = await t.reclaim(first, { requestId: 'second nonce' })
    expect(first.fence.epoch).toBe(1)
    expect(second.fence).toEqual({ epoch: 2, nonce: 'second nonce' })
  }),

  requirement('FENCE-02', 'who held the lease before the last claim is fenced', async (t) => {
    const frozen = await t.hold()
    t.clock.advance(30_000)
    const taken = await t.reclaim(frozen)
    expect(await t.commit(frozen, { operations: operations(frozen, [{}]) })).toEqual({ kind: 'fenced' })
    expect(await t.row(frozen)).toEqual(taken)
    expect(await t.journal(frozen)).toEqual([])
  }),

  requirement('FENCE-03', 'the right epoch with another nonce is fenced', async (t) => {
    const run = await t.hold()
    const fence = { ...run.fence, nonce: 'of a claim before the fail-over' }
    expect(await t.commit(run, { fence })).toEqual({ kind: 'fenced' })
    expect(await t.row(run)).toEqual(run)
  }),

  requirement('FENCE-04', 'the right nonce with another epoch is fenced', async (t) => {
    const run = await t.hold()
    for (const epoch of [run.fence.epoch - 1, run.fence.epoch + 1]) {
      expect(await t.commit(run, { fence: { ...run.fence, epoch } })).toEqual({ kind: 'fenced' })
    }
    expect(await t.row(run)).toEqual(run)
  }),

  requirement(
    'FENCE-05',
    'a lease that ran out and was claimed by nobody may still commit and renews',
    async (t) => {
      const run = await t.hold()
      t.clock.advance(3_600_000)
      const committed = await t.apply(run, { operations: operations(run, [{}]), leaseMs: 30_000 })
      expect(committed.leaseUntil).toBe(t.clock.now() + 30_000)
      expect(await t.claim({ queues: [run.queue] })).toEqual([])
    },
  ),

  requirement('FENCE-06', 'a lease that was given up writes nothing more', async (t) => {
    for (const run of [await suspended(t), await standing(t, 'PENDING'), await standing(t, 'BLOCKED')]) {
      expect(await t.commit(run, { operations: operations(run, [{}]) })).toEqual({ kind: 'fenced' })
      expect(await t.row(run)).toEqual(run)
    }
  }),

  requirement('FENCE-07', 'a fenced turn writes nothing of what it carries', async (t) => {
    const held = await recorded(t)
    const other = await suspended(t, ['event:go'])
    await t.send(held, event('approved'))
    const child = newChild(held, 'spawn')
    const before = [await t.row(held), await t.row(other), await t.journal(held)]
    const answer = await t.commit(held, {
      fence: { ...held.fence, nonce: 'another' },
      operations: operations(held, [{}, {}]),
      consumed: [{ inboxSeq: 1, operationId: 'wait' }],
      children: [child],
      messages: [{ to: executionOf(other), message: event('go') }],
      turn: finish(),
    })
    expect(answer).toEqual({ kind: 'fenced' })
    expect([await t.row(held), await t.row(other), await t.journal(held)]).toEqual(before)
    expect(await t.pending(held)).toHaveLength(1)
    expect(await t.store.read([executionOf(child)])).toEqual([null])
  }),

  requirement(
    'FENCE-08',
    'a run that does not exist and one that has finished fence every turn',
    async (t) => {
      const run = await t.hold()
      const nobody = { ...run, executionId: 'nobody' }
      expect(await t.commit(nobody)).toEqual({ kind: 'fenced' })
      expect(await t.store.read([{ namespace: 'main', executionId: 'nobody' }])).toEqual([null])
      const finished = await t.apply(run, { turn: finish() })
      expect(await t.commit(finished)).toEqual({ kind: 'fenced', status: 'COMPLETED' })
      expect(await t.row(run)).toEqual(finished)
    },
  ),

  requirement('FENCE-09', 'terminate fences the holder at once, who hears how the run ended', async (t) => {
    const run = await recorded(t)
    await t.ask(run, { kind: 'terminate', reason: null })
    expect(await t.row(run)).not.toMatchObject({ fence: run.fence })
    const fenced = { kind: 'fenced', status: 'TERMINATED' }
    expect(await t.commit(run, { turn: finish() })).toEqual(fenced)
    const [renewed] = await t.store.renew({ leaseMs: 1, holdings: [holding(run)] })
    expect(renewed).toEqual(fenced)
  }),

  requirement('FENCE-10', 'a recorded deadline fences a holder whose lease ran out', async (t) => {
    const run = await t.hold({ timeoutMs: 30_000 })
    t.clock.advance(30_000)
    const deadlineAt = t.clock.now()
    expect(await t.ask(run, { kind: 'recordDeadline', deadlineAt })).toMatchObject({ kind: 'accepted' })
    expect(await t.commit(run, { turn: finish() })).toEqual({ kind: 'fenced' })
    expect(await t.row(run)).toMatchObject({ status: 'PENDING', decided: 'TIMED_OUT' })
  }),

  requirement('FENCE-11', 'messages and all other requests leave the fence as it is', async (t) => {
    const run = await recorded(t)
    await t.send(run, event('approved'))
    await t.ask(run, { kind: 'pause' })
    await t.ask(run, { kind: 'resume' })
    await t.ask(run, { kind: 'setDeadline', deadlineAt: t.clock.now() + 1 })
    await t.ask(run, { kind: 'cancel', reason: null })
    expect(await t.row(run)).toMatchObject({ fence: run.fence, leaseUntil: run.leaseUntil })
    expect(await t.commit(run, { operations: operations(run, [{}]) })).toMatchObject({ kind: 'applied' })
  }),

  requirement('FENCE-12', 'a turn leaves the fence as it is, so only a claim changes hands', async (t) => {
    const run = await t.hold()
    expect(await t.apply(run)).toMatchObject({ fence: run.fence })
    expect(await t.apply(await t.row(run), { turn: suspend() })).toMatchObject({ fence: run.fence })
  }),

  requirement('FENCE-13', 'the holder of an earlier run cannot write to the next', async (t) => {
    const first = await t.hold()
    await t.apply(first, { turn: finish() })
    await t.create(newRun({ executionId: first.executionId, idReusePolicy: 'newRunAfterTerminal' }))
    const [second] = await t.claim()
    expect(second).toMatchObject({ executionId: first.executionId, runNo: 2 })
    const key = { ...keyOf(first), runNo: 2 }
    expect(await t.commit(first, { key, operations: operations(first, [{}]) })).toEqual({ kind: 'fenced' })
    expect(await t.journal(key)).toEqual([])
  }),
]
