import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, now } from '../../test/run-record.js'
import type { BlockedReasonCode, RunRecord } from '../records.js'
import { type ExecutionStatus, executionStatuses, isTerminal } from '../statuses.js'
import { claimAt, earlier } from './claim-at.js'

const deadline = (deadlineAt: number): Pick<RunRecord, 'control'> => ({
  control: { seq: 0, paused: false, cancel: null, deadlineAt },
})

function blockedAs(reason: BlockedReasonCode): Pick<RunRecord, 'status' | 'blocked'> {
  return { status: 'BLOCKED', blocked: { reason, message: 'why', build: 'b1' } }
}

describe('claimAt', () => {
  it.each<[string, RunRecord, number | null]>([
    ['a new run is claimable at once', freeRun(), now],
    ['one that starts later is claimable then', freeRun({ dueAt: now + 60_000 }), now + 60_000],
    ['a sleeping one when its timer ends', freeRun({ status: 'SUSPENDED', dueAt: now + 500 }), now + 500],
    ['one that only a message can wake is not, by time', freeRun({ status: 'SUSPENDED', dueAt: null }), null],
    ['a held one when its lease ends', heldRun(), now + 30_000],
    ['a held one is not claimable before that for being due', heldRun({ dueAt: now }), now + 30_000],
    ['a held one is not claimable before that for its deadline', heldRun(deadline(now + 1)), now + 30_000],
    ['a deadline before the timer makes it due', freeRun({ dueAt: now + 9, ...deadline(now + 5) }), now + 5],
    ['a deadline after the timer does not', freeRun({ dueAt: now + 5, ...deadline(now + 9) }), now + 5],
    ['a deadline wakes what no timer wakes', freeRun({ dueAt: null, ...deadline(now + 5) }), now + 5],
    ['a rollback is claimable like any run', freeRun({ status: 'COMPENSATING' }), now],
    ['a run held by a script is never claimable', freeRun({ direct: true }), null],
    ['nor when its lease has ended', heldRun({ direct: true }), null],
    ['a paused run is not', freeRun({ status: 'PAUSED' }), null],
    ['a paused run that somebody holds is not', heldRun({ status: 'PAUSED' }), null],
    ['a blocked run is not', freeRun({ status: 'BLOCKED' }), null],
    [
      'a blocked run is by its deadline',
      freeRun({ ...blockedAs('UNREADABLE'), ...deadline(now + 5) }),
      now + 5,
    ],
    ['but not a poisoned one', freeRun({ ...blockedAs('POISONED'), ...deadline(now + 5) }), null],
    ['nor a corrupted one', freeRun({ ...blockedAs('CORRUPTED'), ...deadline(now + 5) }), null],
    ['nor one whose row cannot be read', freeRun({ corrupted: 'waitsFor', ...deadline(now + 5) }), null],
  ])('%s', (_, run, at) => {
    expect(claimAt(run)).toBe(at)
  })

  it('is null of every run that has ended', () => {
    for (const status of executionStatuses.filter(isTerminal) as ExecutionStatus[]) {
      expect(claimAt(freeRun({ status }))).toBeNull()
      expect(claimAt(heldRun({ status }))).toBeNull()
    }
  })
})

describe('earlier', () => {
  it.each([
    [1, 2, 1],
    [2, 1, 1],
    [0, null, 0],
    [null, 0, 0],
    [null, null, null],
  ])('of %s and %s is %s', (a, b, expected) => {
    expect(earlier(a, b)).toBe(expected)
  })
})
