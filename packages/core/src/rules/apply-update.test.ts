import { beforeEach, describe, expect, it } from 'vitest'
import { now, operation } from '../../test/run-record.js'
import type { OperationUpdate } from '../journal.js'
import type { OperationRecord } from '../records.js'
import { isSettled, type OperationAction, type OperationStatus, type OperationType } from '../statuses.js'
import { applyUpdate, type Sequence } from './apply-update.js'

const actions: readonly OperationAction[] = ['START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL']
const states = [
  'ABSENT',
  'STARTED',
  'PENDING',
  'READY',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
  'STOPPED',
] as const

let startSeq = 0
let settleSeq = 0
const sequence: Sequence = {
  nextStartSeq: () => ++startSeq,
  nextSettleSeq: () => ++settleSeq,
}
beforeEach(() => {
  startSeq = 10
  settleSeq = 20
})

function update(
  type: OperationType,
  action: OperationAction,
  change: Partial<OperationUpdate> = {},
): OperationUpdate {
  const identity = { operationId: 'op-1', parentId: null, name: 'charge', occurrence: 1 }
  return { ...identity, type, subType: 'Step', action, ...change }
}

function standing(type: OperationType, status: OperationStatus): OperationRecord {
  const settled = isSettled(status)
  return operation({ type, status, attempt: 1, settleSeq: settled ? 1 : null, endedAt: settled ? now : null })
}

function after(type: OperationType, state: (typeof states)[number], action: OperationAction): string {
  const current = state === 'ABSENT' ? undefined : standing(type, state)
  try {
    return applyUpdate(current, update(type, action), now, sequence).status
  } catch {
    return '-'
  }
}

/** Rows: states; columns: START, SUCCEED, FAIL, RETRY, CANCEL. A final state allows nothing. */
const final = ['-', '-', '-', '-', '-']
const table: Readonly<Record<string, Partial<Record<(typeof states)[number], readonly string[]>>>> = {
  STEP: {
    ABSENT: ['STARTED', 'SUCCEEDED', 'FAILED', 'PENDING', 'CANCELLED'],
    STARTED: ['-', 'SUCCEEDED', 'FAILED', 'PENDING', 'CANCELLED'],
    PENDING: ['STARTED', 'SUCCEEDED', 'FAILED', 'PENDING', 'CANCELLED'],
    READY: ['STARTED', 'SUCCEEDED', 'FAILED', 'PENDING', 'CANCELLED'],
  },
  CONTEXT: {
    ABSENT: ['STARTED', 'SUCCEEDED', 'FAILED', '-', 'CANCELLED'],
    STARTED: ['-', 'SUCCEEDED', 'FAILED', '-', 'CANCELLED'],
    PENDING: ['-', '-', '-', '-', 'CANCELLED'],
    READY: ['-', '-', '-', '-', 'CANCELLED'],
  },
  WAIT: {
    ABSENT: ['STARTED', '-', '-', '-', 'CANCELLED'],
    STARTED: ['-', '-', '-', '-', 'CANCELLED'],
    PENDING: ['-', '-', '-', '-', 'CANCELLED'],
    READY: ['-', '-', '-', '-', 'CANCELLED'],
  },
}

describe('applyUpdate', () => {
  it.each<[OperationType, string]>([
    ['STEP', 'STEP'],
    ['CONTEXT', 'CONTEXT'],
    ['WAIT', 'WAIT'],
    ['CALLBACK', 'WAIT'],
    ['CHAINED_INVOKE', 'WAIT'],
  ])('takes a %s from each state to the next, and nowhere else', (type, like) => {
    const found = Object.fromEntries(
      states.map((state) => [state, actions.map((action) => after(type, state, action))]),
    )
    const expected = Object.fromEntries(states.map((state) => [state, table[like]?.[state] ?? final]))
    expect(found).toEqual(expected)
  })

  it('says which operation cannot do what, for whoever made the mistake', () => {
    expect(() => applyUpdate(standing('STEP', 'SUCCEEDED'), update('STEP', 'FAIL'), now, sequence)).toThrow(
      'Operation op-1 (STEP) cannot FAIL when SUCCEEDED',
    )
    expect(() => applyUpdate(undefined, update('WAIT', 'RETRY'), now, sequence)).toThrow('when not started')
  })

  it('uses up no number for a transition that there is not', () => {
    expect(() => applyUpdate(standing('STEP', 'FAILED'), update('STEP', 'SUCCEED'), now, sequence)).toThrow()
    expect([startSeq, settleSeq]).toEqual([10, 20])
  })

  it('numbers the first record and the settlement, each once', () => {
    const started = applyUpdate(undefined, update('STEP', 'START'), now, sequence)
    expect(started).toMatchObject({ startSeq: 11, settleSeq: null, startedAt: now, endedAt: null })
    const ended = applyUpdate(started, update('STEP', 'SUCCEED'), now + 5, sequence)
    expect(ended).toMatchObject({ startSeq: 11, settleSeq: 21, startedAt: now, endedAt: now + 5 })
  })

  it('numbers both when a step is recorded with its outcome only', () => {
    const ended = applyUpdate(undefined, update('STEP', 'SUCCEED'), now, sequence)
    expect(ended).toMatchObject({ startSeq: 11, settleSeq: 21, startedAt: now, endedAt: now, attempt: 1 })
  })

  it('counts an attempt of a step when it ends, whichever way, and of nothing else', () => {
    const count = (type: OperationType, action: OperationAction): number =>
      applyUpdate(undefined, update(type, action), now, sequence).attempt
    expect(actions.map((action) => count('STEP', action))).toEqual([0, 1, 1, 1, 0])
    expect(count('CONTEXT', 'SUCCEED')).toBe(0)
    const retried = applyUpdate(standing('STEP', 'READY'), update('STEP', 'FAIL'), now, sequence)
    expect(retried.attempt).toBe(2)
  })

  it('keeps the time of a retry, and clears it when the attempt starts or the operation ends', () => {
    const waiting = applyUpdate(undefined, update('STEP', 'RETRY', { dueAt: now + 50 }), now, sequence)
    expect(waiting.dueAt).toBe(now + 50)
    expect(applyUpdate(waiting, update('STEP', 'START'), now, sequence).dueAt).toBeNull()
    expect(
      applyUpdate(waiting, update('STEP', 'SUCCEED', { dueAt: now + 99 }), now, sequence).dueAt,
    ).toBeNull()
  })

  it('keeps extras until others are given', () => {
    const first = applyUpdate(undefined, update('STEP', 'START', { extras: { a: 1 } }), now, sequence)
    const second = applyUpdate(first, update('STEP', 'RETRY'), now, sequence)
    expect(second.extras).toEqual({ a: 1 })
    expect(applyUpdate(second, update('STEP', 'FAIL', { extras: { b: 2 } }), now, sequence).extras).toEqual({
      b: 2,
    })
  })

  it('replaces value and error: what an attempt before left behind is gone', () => {
    const error = { name: 'Error', message: 'boom' }
    const value = { format: 'json', data: '1' }
    const failed = applyUpdate(undefined, update('STEP', 'RETRY', { error }), now, sequence)
    expect(failed).toMatchObject({ error, value: null })
    expect(applyUpdate(failed, update('STEP', 'SUCCEED', { value }), now, sequence)).toMatchObject({
      error: null,
      value,
    })
  })
})

describe('failed attempts', () => {
  const retry = (no: number): OperationUpdate =>
    update('STEP', 'RETRY', { error: { name: 'Error', message: `no ${no}`, stack: 'at …' }, dueAt: no * 100 })

  function afterAttempts(count: number): OperationRecord {
    let current: OperationRecord | undefined
    for (let no = 1; no <= count; no += 1) current = applyUpdate(current, retry(no), no * 10, sequence)
    return current as OperationRecord
  }

  it('are kept with their error, but its stack, and when they failed and the next was to be', () => {
    expect(afterAttempts(2).attempts).toEqual([
      { attempt: 1, error: { name: 'Error', message: 'no 1' }, failedAt: 10, nextAttemptAt: 100 },
      { attempt: 2, error: { name: 'Error', message: 'no 2' }, failedAt: 20, nextAttemptAt: 200 },
    ])
  })

  it('are the last ten', () => {
    expect(afterAttempts(25).attempts.map(({ attempt }) => attempt)).toEqual([
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    ])
  })

  it('stay whatever follows, and are none where none failed', () => {
    const { attempts } = afterAttempts(2)
    for (const action of ['START', 'SUCCEED', 'FAIL', 'CANCEL'] as const)
      expect(applyUpdate(afterAttempts(2), update('STEP', action), now, sequence).attempts).toEqual(attempts)
    expect(applyUpdate(undefined, update('STEP', 'SUCCEED'), now, sequence).attempts).toEqual([])
  })
})
