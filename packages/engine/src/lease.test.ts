import type { HolderView } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { Lease } from './lease.js'

const control = { seq: 0, paused: false, cancel: null, deadlineAt: null }

function view(now: number, leaseUntil: number | null): HolderView {
  return { now, leaseUntil, inboxSeq: 0, control }
}

describe('a lease', () => {
  it('counts from when the request was sent, less a margin: a slow answer makes it end earlier, never later', () => {
    const lease = new Lease(10_000)
    lease.seen(view(500_000, 510_000), 100, 4_100)
    expect(lease.deadline).toBe(100 + 10_000 - 1_000)
    expect(lease.isSurelyHeld(9_099)).toBe(true)
    expect(lease.isSurelyHeld(9_100)).toBe(false)
  })

  it('keeps a margin of a tenth, and at most of two seconds', () => {
    const long = new Lease(600_000)
    long.seen(view(0, 600_000), 0, 0)
    expect(long.deadline).toBe(598_000)
  })

  it('is not held before anything was seen', () => {
    expect(new Lease(10_000).isSurelyHeld(0)).toBe(false)
  })

  it('is due for renewal when a third of it has passed', () => {
    const lease = new Lease(9_000)
    lease.seen(view(0, 9_000), 0, 0)
    expect(lease.isDue(2_000)).toBe(false)
    expect(lease.isDue(3_000)).toBe(true)
  })

  it('keeps its end when it was given up: the run is let go of then', () => {
    const lease = new Lease(10_000)
    lease.seen(view(0, 10_000), 0, 0)
    lease.seen(view(50, null), 50, 60)
    expect(lease.deadline).toBe(9_000)
  })

  it('does not end earlier because an answer was late that is older', () => {
    const lease = new Lease(10_000)
    lease.seen(view(8_000, 18_000), 8_000, 8_010)
    lease.seen(view(1_000, 11_000), 1_000, 8_020)
    expect(lease.deadline).toBe(17_000)
  })
})

describe('the time of the store', () => {
  it('is its last answer and what has passed here since', () => {
    const lease = new Lease(10_000)
    lease.seen(view(500_000, 510_000), 90, 100)
    expect(lease.storeNow(100)).toBe(500_000)
    expect(lease.storeNow(350)).toBe(500_250)
    expect(lease.seenNow).toBe(500_000)
  })

  it('never goes back: an older answer that comes late changes nothing', () => {
    const lease = new Lease(10_000)
    lease.seen(view(500_000, 510_000), 0, 100)
    lease.seen(view(499_000, 509_000), 0, 400)
    expect(lease.seenNow).toBe(500_000)
    expect(lease.storeNow(400)).toBe(500_300)
  })

  it('never goes back: an answer that was longer on its way is no earlier time', () => {
    const lease = new Lease(10_000)
    lease.seen(view(500_000, 510_000), 0, 0)
    expect(lease.storeNow(1_000)).toBe(501_000)
    lease.seen(view(500_900, 510_900), 100, 1_000)
    expect(lease.storeNow(1_000)).toBe(501_000)
    expect(lease.storeNow(1_200)).toBe(501_100)
    expect(lease.seenNow).toBe(500_900)
  })
})
