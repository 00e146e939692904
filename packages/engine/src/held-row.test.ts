import type { ControlState, HolderView } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { runRecord } from '../test/run-record.js'
import { HeldRow } from './held-row.js'

const none: ControlState = { seq: 0, paused: false, cancel: null, deadlineAt: null }
const cancelled: ControlState = { ...none, seq: 1, cancel: { reason: 'enough', requestedAt: 1_000 } }

function view(change: Partial<HolderView> = {}): HolderView {
  return { now: 1_000, inboxSeq: 0, control: none, leaseUntil: 31_000, ...change }
}

function held(): HeldRow {
  return new HeldRow(runRecord({ inboxSeq: 4, inboxBase: 2 }), 30_000, 5_000)
}

describe('what a holder knows of its row', () => {
  it('begins as it was claimed', () => {
    const row = held()
    expect(row.mark).toEqual({ nonce: 'nonce-1', commitSeq: 0 })
    expect([row.inboxSeq, row.fetchedSeq]).toEqual([4, 2])
    expect(row.seen).toEqual({ inboxSeq: 2, controlSeq: -1 })
  })

  it('counts the commits of this holding only', () => {
    const row = held()
    row.committed({ startSeq: 1, settleSeq: 0 })
    row.committed({ startSeq: 2, settleSeq: 1 })
    expect(row.mark.commitSeq).toBe(2)
    expect(row.counters).toEqual({ startSeq: 2, settleSeq: 1 })
    const counters = { startSeq: 5, settleSeq: 5 }
    row.claimed(runRecord({ fence: { epoch: 2, nonce: 'nonce-2' }, counters }))
    expect(row.mark).toEqual({ nonce: 'nonce-2', commitSeq: 0 })
    expect(row.counters).toEqual(counters)
  })

  it('has taken into account what was fetched and folded, not what was only heard of', () => {
    const row = held()
    row.see(view({ inboxSeq: 6, control: cancelled }), 0, 0)
    expect(row.seen).toEqual({ inboxSeq: 2, controlSeq: -1 })
    row.fetched(6)
    row.folded()
    expect(row.seen).toEqual({ inboxSeq: 6, controlSeq: 1 })
  })

  it('never forgets what it has seen: answers may overtake one another', () => {
    const row = held()
    row.see(view({ now: 2_000, inboxSeq: 6, control: cancelled }), 10, 20)
    row.see(view({ now: 1_500, inboxSeq: 5, control: none }), 0, 30)
    row.fetched(6)
    row.fetched(5)
    expect([row.inboxSeq, row.fetchedSeq, row.control.seq]).toEqual([6, 6, 1])
  })

  it('says when a pause is over, once', () => {
    const row = held()
    expect(row.see(view({ control: { ...none, seq: 1, paused: true } }), 0, 0)).toBe(false)
    expect(row.see(view({ control: { ...none, seq: 2 } }), 0, 0)).toBe(true)
    expect(row.see(view({ control: { ...none, seq: 2 } }), 0, 0)).toBe(false)
  })
})

describe('the time of a run', () => {
  it('is up at its deadline, by the time of the store', () => {
    const row = held()
    const control = { ...none, seq: 1, deadlineAt: 5_000 }
    row.see(view({ now: 4_999, control }), 0, 0)
    expect(row.expiry).toBeUndefined()
    row.see(view({ now: 5_000, control }), 0, 0)
    expect(row.expiry?.status).toBe('TIMED_OUT')
  })

  it('of a cancelled one is counted from when an earlier holder recorded the cancel', () => {
    const row = held()
    row.see(view({ now: 9_000, control: cancelled }), 0, 0)
    expect(row.cancelReached(9_100)).toBe(9_100)
    expect(row.expiry).toBeUndefined()
    row.see(view({ now: 9_100, control: cancelled }), 0, 0)
    expect(row.expiry?.status).toBe('CANCELLED')
  })

  it('is up when a cancelled one has had its grace', () => {
    const row = held()
    expect(row.graceEndsAt).toBeNull()
    row.see(view({ now: 1_500, control: cancelled }), 0, 0)
    expect(row.cancelReached(undefined)).toBe(6_500)
    expect([row.graceEndsAt, row.expiry]).toEqual([6_500, undefined])
    row.see(view({ now: 6_500, control: cancelled }), 0, 0)
    expect(row.expiry).toMatchObject({ status: 'CANCELLED', error: { message: 'enough' } })
  })
})
