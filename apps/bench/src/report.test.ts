import { expect, test } from 'vitest'
import type { Measurement } from './measurements.js'
import { summarize, toMarkdown } from './report.js'

const floor: Measurement = { name: 'floor', unit: 'rows/s', run: () => 0 }
const fast: Measurement = {
  name: 'fast',
  unit: 'steps/s',
  run: () => 0,
  floor: 'floor',
  aim: { kind: 'atLeast', ratio: 2 },
}
const slow: Measurement = {
  name: 'slow',
  unit: 'ms',
  run: () => 0,
  floor: 'floor',
  aim: { kind: 'atMost', ratio: 3 },
}

const lines = summarize([
  { measurement: floor, values: [120, 80, 100] },
  { measurement: fast, values: [190, 200, 210] },
  { measurement: slow, values: [400, 301, 200] },
])

test('a line has the median of the rounds and their spread', () => {
  expect(lines[0]).toEqual({ name: 'floor', unit: 'rows/s', median: 100, min: 80, max: 120 })
})

test('a ratio is that of the medians, and an aim is reached or missed', () => {
  expect(lines[1]).toMatchObject({ ratio: 2, aim: '≥ 2', isReached: true })
  expect(lines[2]).toMatchObject({ ratio: 3.01, aim: '≤ 3', isReached: false })
})

test('the table says what was missed', () => {
  expect(toMarkdown(lines).split('\n')).toEqual([
    '| what | median | spread | to its floor | aim |',
    '|---|---|---|---|---|',
    '| floor | 100 rows/s | 80.0 – 120 |  |  |',
    '| fast | 200 steps/s | 190 – 210 | 2.00 × | ≥ 2 reached |',
    '| slow | 301 ms | 200 – 400 | 3.01 × | ≤ 3 MISSED |',
  ])
})
