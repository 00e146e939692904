import { describe, expect, it } from 'vitest'
import { cancelledTurn, cancelOperation, finishTurn, timedOutTurn } from './turns.js'

const error = { name: 'Error', message: 'boom' }
const output = { format: 'json', data: '1' }

describe('finishTurn', () => {
  it('ends the run as its code ended', () => {
    expect(finishTurn({ kind: 'completed', output }, null)).toMatchObject({
      kind: 'finish',
      status: 'COMPLETED',
      output,
      error: null,
    })
    expect(finishTurn({ kind: 'failed', error }, null)).toMatchObject({
      status: 'FAILED',
      output: null,
      error,
    })
    const cancel = { reason: 'enough', requestedAt: 1 }
    expect(finishTurn({ kind: 'cancelled' }, cancel)).toEqual(cancelledTurn(cancel))
  })
})

describe('an end that the code has no part in', () => {
  it('says why', () => {
    expect(timedOutTurn()).toMatchObject({ status: 'TIMED_OUT', error: { code: 'EXECUTION_TIMED_OUT' } })
    expect(cancelledTurn({ reason: 'enough', requestedAt: 1 })).toMatchObject({
      status: 'CANCELLED',
      error: { code: 'EXECUTION_CANCELLED', message: 'enough' },
    })
    expect(cancelledTurn({ reason: null, requestedAt: 1 }).error?.message).toBe('cancelled')
  })
})

describe('cancelOperation', () => {
  it('is an entry of the execution itself, not settled yet', () => {
    expect(cancelOperation({ reason: 'enough', requestedAt: 7 }, 12, 30_007)).toMatchObject({
      type: 'EXECUTION',
      subType: 'Cancel',
      status: 'STARTED',
      startSeq: 12,
      settleSeq: null,
      startedAt: 7,
      extras: { graceEndsAt: 30_007 },
      error: { message: 'enough' },
    })
  })
})
