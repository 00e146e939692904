import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchForStall } from './stall.js'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('a minute without news is a stall', () => {
  const stall = watchForStall()
  vi.advanceTimersByTime(59_999)
  expect(stall.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(stall.signal.aborted).toBe(true)
  expect(stall.signal.reason.message).toBe('nothing has happened for 60 seconds')
})

test('news put it off', () => {
  const stall = watchForStall()
  vi.advanceTimersByTime(59_999)
  stall.postpone()
  vi.advanceTimersByTime(59_999)
  expect(stall.signal.aborted).toBe(false)
})

test('a watch that was stopped says nothing', () => {
  const stall = watchForStall()
  stall.stop()
  vi.advanceTimersByTime(120_000)
  expect(stall.signal.aborted).toBe(false)
})
