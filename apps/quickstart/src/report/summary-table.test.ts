import { expect, test } from 'vitest'
import { summaryTable } from './summary-table.js'

const summary = {
  done: 3,
  failures: new Map([
    ['out of stock: MUG', 2],
    ['card declined: expired card', 1],
  ]),
  unfinished: 0,
  brokenLines: [{ lineNumber: 7, reason: 'not valid JSON' }],
  retries: 4,
  elapsedMs: 1234,
}

test('the table says what was done, what failed and why, and which lines are broken', () => {
  const text = summaryTable(summary)
  expect(text).toMatch(/Done +│ 3 /)
  expect(text).toMatch(/Failed +│ 3 /)
  expect(text).toContain('2 × out of stock: MUG')
  expect(text).toContain('1 × card declined: expired card')
  expect(text).toMatch(/Broken lines +│ 1 /)
  expect(text).toContain('line 7: not valid JSON')
  expect(text).toMatch(/Retries +│ 4 /)
  expect(text).toMatch(/Time +│ 1\.2 s /)
  expect(text).not.toContain('Not finished')
})

test('no line is wider than a terminal', () => {
  const long = summaryTable({ ...summary, failures: new Map([['x'.repeat(500), 1]]) })
  for (const line of long.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('a long list of broken lines is cut and says so', () => {
  const brokenLines = Array.from({ length: 50 }, (_, index) => ({ lineNumber: index + 1, reason: 'bad' }))
  const text = summaryTable({ ...summary, brokenLines })
  expect(text).toContain('line 20: bad')
  expect(text).not.toContain('line 21: bad')
  expect(text).toContain('… and 30 more')
})
