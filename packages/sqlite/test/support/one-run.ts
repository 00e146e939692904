import type { RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { probeFile } from '../probe-file.js'

/** The only run that there is in the file. */
export function onlyRun(path: string): RunRecord {
  const { runs } = probeFile(path)
  expect(runs).toHaveLength(1)
  return runs[0]!
}

/** The journal has one linear order: numbers without a gap, and all that was begun has ended. */
export function expectOrder(path: string): void {
  const { operations } = probeFile(path)
  const settleSeqs = operations.map(({ settleSeq }) => settleSeq).sort((a, b) => (a ?? 0) - (b ?? 0))
  expect(settleSeqs).toEqual(operations.map((_, index) => index + 1))
  expect(onlyRun(path).counters.settleSeq).toBe(operations.length)
}
