import { describe, expect, it } from 'vitest'
import { type LookedAt, lookAtRun } from './look-at-run.js'

const fence = { epoch: 3, nonce: 'claim-3' }
const held: LookedAt = { status: 'RUNNING', leaseUntil: 1_000, fence, inboxSeq: 7, controlSeq: 2 }

describe('lookAtRun', () => {
  it('tells the holder the newest message and the newest request', () => {
    expect(lookAtRun(held, fence)).toEqual({ kind: 'held', inboxSeq: 7, controlSeq: 2 })
  })

  it('tells everybody else that they do not hold it', () => {
    expect(lookAtRun(held, { ...fence, epoch: 2 })).toEqual({ kind: 'fenced' })
    expect(lookAtRun(held, { ...fence, nonce: 'claim-2' })).toEqual({ kind: 'fenced' })
    expect(lookAtRun({ ...held, leaseUntil: null }, fence)).toEqual({ kind: 'fenced' })
    expect(lookAtRun({ ...held, status: 'TERMINATED', leaseUntil: null }, fence)).toEqual({
      kind: 'fenced',
      status: 'TERMINATED',
    })
  })
})
