import { expect, test } from 'vitest'
import { executionStatuses, isTerminal } from '../statuses.js'
import { hasJustEnded } from './has-just-ended.js'

test('a run has just ended when it comes to its end, and at no other change', () => {
  for (const status of executionStatuses) {
    expect(hasJustEnded({ status: 'RUNNING' }, { status })).toBe(isTerminal(status))
    expect(hasJustEnded({ status: 'COMPLETED' }, { status })).toBe(false)
  }
})
