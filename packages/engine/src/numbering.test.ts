import { describe, expect, it } from 'vitest'
import { operation } from '../test/run-record.js'
import { Numbering } from './numbering.js'

describe('the numbers of a run', () => {
  it('are dense and go on from where they were', () => {
    const numbering = new Numbering({ startSeq: 4, settleSeq: 2 }, 0)
    expect([numbering.nextStartSeq(), numbering.nextStartSeq(), numbering.nextSettleSeq()]).toEqual([5, 6, 3])
    expect(numbering.counters).toEqual({ startSeq: 6, settleSeq: 3 })
  })
})

describe('the end of an operation', () => {
  const ended = (startedAt: number, endedAt: number) => operation({ status: 'SUCCEEDED', startedAt, endedAt })

  it('is never before that of the one settled before it', () => {
    const numbering = new Numbering({ startSeq: 0, settleSeq: 0 }, 100)
    expect(numbering.inOrder(ended(50, 90)).endedAt).toBe(100)
    expect(numbering.inOrder(ended(50, 150)).endedAt).toBe(150)
    expect(numbering.inOrder(ended(50, 120)).endedAt).toBe(150)
  })

  it('is never before its own start', () => {
    expect(new Numbering({ startSeq: 0, settleSeq: 0 }, 0).inOrder(ended(70, 60)).endedAt).toBe(70)
  })

  it('is left alone where it is in order, or where there is none', () => {
    const numbering = new Numbering({ startSeq: 0, settleSeq: 0 }, 0)
    const [settled, open] = [ended(10, 20), operation({ startedAt: 5 })]
    expect(numbering.inOrder(settled)).toBe(settled)
    expect(numbering.inOrder(open)).toBe(open)
  })
})
