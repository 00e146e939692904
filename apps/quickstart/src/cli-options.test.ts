import { expect, test } from 'vitest'
import { parseCliOptions, UsageError } from './cli-options.js'

test('without arguments the shipped file is processed', () => {
  const options = parseCliOptions([])
  expect(options).toMatchObject({ file: undefined, fresh: false, crash: false, help: false })
  expect(Number.isInteger(options.seed)).toBe(true)
})

test('a file and flags may come in any order', () => {
  const expected = { file: 'my.ndjson', fresh: true, crash: true, help: false, seed: 7 }
  expect(parseCliOptions(['--fresh', 'my.ndjson', '--crash', '--seed', '7'])).toEqual(expected)
  expect(parseCliOptions(['--seed=7', '--crash', '--fresh', 'my.ndjson'])).toEqual(expected)
})

test.each([
  [['--crush'], "Unknown option '--crush'"],
  [['-x'], "Unknown option '-x'"],
  [['--crash=yes'], /--crash/],
  [['--seed'], /--seed/],
  [['--seed', 'abc'], /--seed takes a whole number/],
  [['--seed', '-1'], /--seed/],
  [['a', 'b'], 'one file at a time, please: a b'],
])('%j is refused with a reason', (args, message) => {
  expect(() => parseCliOptions(args)).toThrow(UsageError)
  expect(() => parseCliOptions(args)).toThrow(message)
})
