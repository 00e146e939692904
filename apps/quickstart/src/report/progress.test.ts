import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { startProgress } from './progress.js'

function linesOf(alreadyFinished: number, updates: readonly number[]): readonly string[] {
  // All that plain lines need of a terminal stream is `write`.
  const out = new PassThrough() as unknown as NodeJS.WriteStream
  let now = 0
  const progress = startProgress({ total: 100, alreadyFinished, out, now: () => now })
  for (const finished of updates) {
    now += 1000
    progress.update(finished)
  }
  progress.stop()
  return String(out.read() ?? '')
    .split('\n')
    .slice(0, -1)
}

test('without a terminal there is a line for every tenth of the orders', () => {
  expect(linesOf(0, [5, 9, 10, 11, 19, 27, 100])).toEqual([
    '10 of 100 orders · 3.3 orders/s',
    '27 of 100 orders · 4.5 orders/s',
    '100 of 100 orders · 14.3 orders/s',
  ])
})

test('what earlier runs had finished is no throughput of this one', () => {
  expect(linesOf(50, [60])).toEqual(['60 of 100 orders · 10.0 orders/s'])
})
