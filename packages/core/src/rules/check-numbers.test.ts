import { describe, expect, it } from 'vitest'
import type { OperationRecord } from '../records.js'
import { checkNumbers } from './check-numbers.js'

const before = { counters: { startSeq: 4, settleSeq: 3 } }

/** Rows as [id, startSeq, settleSeq]; settled where there is a settleSeq. */
function check(
  rows: readonly (readonly [string, number, number | null])[],
  startSeq: number,
  settleSeq: number,
): string | null {
  const operations = rows.map(([operationId, start, settle]): OperationRecord => {
    const isEnd = settle !== null
    return {
      operationId,
      parentId: null,
      name: operationId,
      occurrence: 1,
      type: 'STEP',
      subType: 'Step',
      status: isEnd ? 'SUCCEEDED' : 'STARTED',
      startSeq: start,
      settleSeq: settle,
      attempt: 1,
      attempts: [],
      dueAt: null,
      value: null,
      error: null,
      extras: null,
      startedAt: 1,
      endedAt: isEnd ? 1 : null,
    }
  })
  return checkNumbers(before, { operations, counters: { startSeq, settleSeq } })
}

describe('checkNumbers', () => {
  it('finds nothing wrong with rows that go on where the run stands, or replace one', () => {
    expect(check([], 4, 3)).toBeNull()
    expect(check([['a', 5, null]], 5, 3)).toBeNull()
    expect(
      check(
        [
          ['b', 6, 4],
          ['a', 5, 5],
          ['known', 2, 6],
        ],
        6,
        6,
      ),
    ).toBeNull()
    expect(check([['known', 4, null]], 4, 3)).toBeNull()
  })

  it.each<[string, Parameters<typeof check>]>([
    ['starts that go back', [[], 3, 3]],
    ['ends that go back', [[], 4, 2]],
    ['the number 0', [[['a', 0, null]], 4, 3]],
    ['a number that is none', [[['a', 4.5, null]], 5, 3]],
    ['a number beyond the counter', [[['a', 6, null]], 5, 3]],
    ['a gap in the starts', [[['a', 6, null]], 6, 3]],
    ['a start that nobody has', [[], 5, 3]],
    [
      'one number for two',
      [
        [
          ['a', 5, null],
          ['b', 5, null],
        ],
        6,
        3,
      ],
    ],
    [
      'one id twice',
      [
        [
          ['a', 5, null],
          ['a', 6, null],
        ],
        6,
        3,
      ],
    ],
    ['an end that was given out before', [[['known', 2, 3]], 4, 3]],
    ['an end beyond the counter', [[['known', 2, 5]], 4, 4]],
    ['a gap in the ends', [[['known', 2, 5]], 4, 5]],
    [
      'one end for two',
      [
        [
          ['a', 5, 4],
          ['b', 6, 4],
        ],
        6,
        5,
      ],
    ],
  ])('says what cannot be of %s', (_, [rows, startSeq, settleSeq]) => {
    expect(check(rows, startSeq, settleSeq)).toEqual(expect.any(String))
  })
})
