import { describe, expect, it } from 'vitest'
import {
  executionStatuses,
  isSettled,
  isTerminal,
  type OperationStatus,
  terminalStatuses,
} from './statuses.js'

describe('isTerminal', () => {
  it('is true of the six ways in which a run ends, and of nothing else', () => {
    expect(executionStatuses.filter(isTerminal)).toEqual([
      'COMPLETED',
      'FAILED',
      'CANCELLED',
      'TERMINATED',
      'TIMED_OUT',
      'CONTINUED_AS_NEW',
    ])
    expect(terminalStatuses.every(isTerminal)).toBe(true)
  })
})

describe('isSettled', () => {
  it.each<[OperationStatus, boolean]>([
    ['STARTED', false],
    ['PENDING', false],
    ['READY', false],
    ['SUCCEEDED', true],
    ['FAILED', true],
    ['CANCELLED', true],
    ['TIMED_OUT', true],
    ['STOPPED', true],
  ])('of %s is %s', (status, settled) => {
    expect(isSettled(status)).toBe(settled)
  })
})
