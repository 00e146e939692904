import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, newRun, now, turnOf } from '../../test/run-record.js'
import type { OperationRecord, RunRecord } from '../records.js'
import { terminalStatuses } from '../statuses.js'
import type { CommitEntry, Turn } from '../store.js'
import { commitTurn, viewOf } from './commit-turn.js'

const goOn: Turn = { kind: 'continue' }
const suspend: Turn = { kind: 'suspend', dueAt: now + 60_000, waitsFor: ['event:approved'] }
const release: Turn = { kind: 'release' }
const finish: Turn = {
  kind: 'finish',
  status: 'COMPLETED',
  output: { format: 'json', data: '1' },
  error: null,
  compensationOutcome: null,
}
const again: Turn = {
  kind: 'continueAsNew',
  input: { format: 'json', data: '1' },
  inputHash: 'hash-2',
  version: '1',
  seed: 'seed-2',
}
const block: Turn = {
  kind: 'block',
  blocked: { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' },
}
const turns = [goOn, suspend, release, finish, again, block]

const paused = { seq: 0, paused: true, cancel: null, deadlineAt: null }

function commit(run: RunRecord, turn: Turn, change: Partial<CommitEntry> = {}) {
  const { counters } = run
  return commitTurn(run, turnOf(turn, { operations: [], counters, ...change }), now)
}

/** An open step. */
const row: OperationRecord = {
  operationId: 'op-1',
  parentId: null,
  name: 'charge',
  occurrence: 1,
  type: 'STEP',
  subType: 'Step',
  status: 'STARTED',
  startSeq: 1,
  settleSeq: null,
  attempt: 0,
  attempts: [],
  dueAt: null,
  value: null,
  error: null,
  extras: null,
  startedAt: now,
  endedAt: null,
}

function rowAfter(run: RunRecord, turn: Turn, change: Partial<CommitEntry> = {}): RunRecord {
  const decision = commit(run, turn, change)
  if (decision.kind === 'refuse') throw new Error(`refused: ${decision.answer.kind}`)
  return decision.run
}

describe('a turn that was applied before', () => {
  it.each(turns)('is a duplicate: $kind', (turn) => {
    const run = heldRun({ applied: { nonce: 'nonce-3', commitSeq: 3 } })
    expect(commit(run, turn)).toMatchObject({
      kind: 'refuse',
      answer: { kind: 'duplicate', ...viewOf(run, now) },
    })
  })

  it('is a duplicate after somebody else has claimed the run, who holds a lease that is not ours', () => {
    const run = heldRun({ fence: { epoch: 4, nonce: 'other' }, applied: { nonce: 'nonce-3', commitSeq: 3 } })
    expect(commit(run, goOn)).toMatchObject({ answer: { kind: 'duplicate', leaseUntil: null } })
  })

  it('is a duplicate when a later one of the same holding has overtaken it', () => {
    const run = heldRun({ applied: { nonce: 'nonce-3', commitSeq: 5 } })
    expect(commit(run, goOn)).toMatchObject({ answer: { kind: 'duplicate' } })
  })

  it.each(terminalStatuses)('is a duplicate after the run has ended as %s', (status) => {
    const run = freeRun({
      status,
      fence: { epoch: 3, nonce: 'nonce-3' },
      applied: { nonce: 'nonce-3', commitSeq: 3 },
    })
    expect(commit(run, finish)).toMatchObject({ answer: { kind: 'duplicate', leaseUntil: null } })
  })
})

describe('a turn of somebody who does not hold the run', () => {
  it.each<readonly [string, RunRecord]>([
    ['whose epoch is old', heldRun({ fence: { epoch: 4, nonce: 'nonce-3' }, applied: null })],
    ['whose nonce is another', heldRun({ fence: { epoch: 3, nonce: 'other' }, applied: null })],
    ['who gave the lease up', freeRun({ status: 'SUSPENDED', fence: { epoch: 3, nonce: 'nonce-3' } })],
    ...terminalStatuses.map((status) => [`when the run is ${status}`, heldRun({ status })] as const),
  ])('is fenced: one %s', (_, run) => {
    for (const turn of turns)
      expect(commit(run, turn)).toMatchObject({ kind: 'refuse', answer: { kind: 'fenced' } })
  })

  it.each(terminalStatuses)('hears how the run has ended: %s', (status) => {
    const answer = { kind: 'fenced', status }
    expect(commit(heldRun({ status }), goOn)).toMatchObject({ kind: 'refuse', answer })
  })

  it('is not fenced for an expired lease that nobody has claimed, and renews it', () => {
    expect(rowAfter(heldRun({ leaseUntil: now - 5_000 }), goOn).leaseUntil).toBe(now + 30_000)
  })
})

describe('a turn that gives the run up', () => {
  const unseenMessage = heldRun({ inboxSeq: 1 })
  const unseenRequest = heldRun({ control: { seq: 1, paused: false, cancel: null, deadlineAt: null } })

  it.each([suspend, finish, again])('is stale if a message or a request has not been seen: $kind', (turn) => {
    for (const run of [unseenMessage, unseenRequest]) {
      expect(commit(run, turn)).toMatchObject({
        kind: 'refuse',
        answer: { kind: 'stale', ...viewOf(run, now) },
      })
    }
  })

  it.each([suspend, finish, again])('is applied once both were seen: $kind', (turn) => {
    expect(commit(unseenMessage, turn, { seen: { inboxSeq: 1, controlSeq: 0 } }).kind).toBe('apply')
    expect(commit(unseenRequest, turn, { seen: { inboxSeq: 0, controlSeq: 1 } }).kind).toBe('apply')
  })

  it.each([goOn, release, block])('does not wait for news if it loses none: $kind', (turn) => {
    expect(commit(unseenMessage, turn).kind).toBe('apply')
    expect(commit(unseenRequest, turn).kind).toBe('apply')
  })
})

describe('a turn that is applied', () => {
  it('is remembered, and brings the counters', () => {
    const run = heldRun()
    const counters = { startSeq: run.counters.startSeq + 1, settleSeq: run.counters.settleSeq }
    const opened = { ...row, startSeq: counters.startSeq }
    expect(rowAfter(run, goOn, { operations: [opened], counters })).toMatchObject({
      applied: { nonce: 'nonce-3', commitSeq: 3 },
      counters,
    })
  })

  it('takes consumed messages off the count and adds the children', () => {
    const next = rowAfter(heldRun({ inboxPending: 5, childCount: 1 }), goOn, {
      consumed: [
        { inboxSeq: 1, operationId: 'op-1' },
        { inboxSeq: 2, operationId: null },
      ],
      children: [newRun({ executionId: 'kid-1' }), newRun({ executionId: 'kid-2' })],
    })
    expect(next).toMatchObject({ inboxPending: 3, childCount: 3 })
  })

  it('leaves a row that shows how it stands after it', () => {
    const seen = { inboxSeq: 6, controlSeq: 2 }
    const run = heldRun({ inboxSeq: 6, control: { seq: 2, paused: false, cancel: null, deadlineAt: 9 } })
    const view = { now, inboxSeq: 6, control: run.control }
    expect(viewOf(rowAfter(run, goOn), now)).toEqual({ ...view, leaseUntil: now + 30_000 })
    expect(viewOf(rowAfter(run, suspend, { seen }), now)).toEqual({ ...view, leaseUntil: null })
  })
})

describe('continue', () => {
  it('leaves a lease alone of which at least half is left, so that most turns change no index', () => {
    const half = heldRun({ leaseUntil: now + 15_000 })
    expect(rowAfter(half, goOn)).toMatchObject({
      leaseUntil: now + 15_000,
      status: 'RUNNING',
      dueAt: half.dueAt,
    })
  })

  it('renews a lease of which less than half is left', () => {
    expect(rowAfter(heldRun({ leaseUntil: now + 14_999 }), goOn).leaseUntil).toBe(now + 30_000)
  })

  it('leaves a paused run paused and held', () => {
    expect(rowAfter(heldRun({ status: 'PAUSED', control: paused }), goOn).status).toBe('PAUSED')
  })
})

describe('suspend', () => {
  it('lets go until its time or a message', () => {
    expect(rowAfter(heldRun(), suspend)).toMatchObject({
      status: 'SUSPENDED',
      dueAt: now + 60_000,
      waitsFor: ['event:approved'],
      leaseUntil: null,
      leaseOwner: null,
    })
  })

  it('leaves a paused run paused, with its time kept', () => {
    expect(rowAfter(heldRun({ status: 'PAUSED', control: paused }), suspend)).toMatchObject({
      status: 'PAUSED',
      dueAt: now + 60_000,
      leaseUntil: null,
    })
  })
})

describe('release', () => {
  it('lets another worker go on at once', () => {
    const next = rowAfter(heldRun({ waitsFor: ['event:x'] }), release)
    expect(next).toMatchObject({ status: 'PENDING', dueAt: now, leaseUntil: null, waitsFor: [] })
  })

  it('leaves a paused run paused', () => {
    expect(rowAfter(heldRun({ status: 'PAUSED', control: paused }), release).status).toBe('PAUSED')
  })
})

describe('block', () => {
  it('lets go and says why, paused or not', () => {
    for (const run of [heldRun(), heldRun({ status: 'PAUSED', control: paused })]) {
      expect(rowAfter(run, block)).toMatchObject({
        status: 'BLOCKED',
        blocked: { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' },
        leaseUntil: null,
      })
    }
  })
})

describe('finish', () => {
  it('ends the run, with what is written once', () => {
    const decision = commit(heldRun(), finish)
    expect(decision).toMatchObject({
      kind: 'apply',
      run: { status: 'COMPLETED', finishedAt: now, leaseUntil: null },
      ending: { status: 'COMPLETED', output: { format: 'json', data: '1' } },
    })
  })

  it('tells the parent and closes the children', () => {
    const run = heldRun({ childCount: 1, parent: { executionId: 'root', runNo: 1, operationId: 'op-9' } })
    expect(commit(run, finish)).toMatchObject({
      effects: { outcome: { to: { executionId: 'root' } }, cascade: { kind: 'cancel' } },
    })
  })

  it('closes a child that was created by this very turn', () => {
    expect(commit(heldRun(), finish, { children: [newRun({ executionId: 'kid' })] })).toMatchObject({
      effects: { cascade: { kind: 'cancel' } },
    })
  })
})

describe('continueAsNew', () => {
  it('ends this run without an outcome', () => {
    expect(commit(heldRun(), again)).toMatchObject({
      run: { status: 'CONTINUED_AS_NEW', finishedAt: now },
      ending: { status: 'CONTINUED_AS_NEW', output: null, error: null },
      effects: { outcome: null },
    })
  })
})

it('a turn that goes on has no effects on others', () => {
  for (const turn of [goOn, suspend, release, block]) {
    expect(commit(heldRun({ childCount: 3 }), turn)).toMatchObject({
      ending: null,
      effects: { outcome: null, cascade: null },
    })
  }
})
