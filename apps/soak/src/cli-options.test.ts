import { expect, test } from 'vitest'
import { parseCliOptions, UsageError } from './cli-options.js'

test('a minute on the first store, under a seed of its own, unless told otherwise', () => {
  const options = parseCliOptions([])
  expect(options).toMatchObject({ minutes: 1, store: 'sqlite', without: undefined, help: false })
  expect(options.seed).toBeGreaterThanOrEqual(0)
  const given = parseCliOptions([
    '--minutes',
    '0.5',
    '--store',
    'sqlite',
    '--seed',
    '7',
    '--without',
    'fence',
  ])
  expect(given).toEqual({ minutes: 0.5, store: 'sqlite', seed: 7, without: 'fence', help: false })
})

test.each([
  [['--minutes', '0'], "--minutes takes a number from 0.1 to 600, not '0'"],
  [['--store', 'paper'], "--store takes one of sqlite, not 'paper'"],
  [['--seed', 'x'], "--seed takes a whole number below 1000000000, not 'x'"],
  [['--without', 'luck'], "--without takes one of poison-brake, poll, fence, not 'luck'"],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused in one sentence', (args, message) => {
  expect(() => parseCliOptions(args)).toThrow(UsageError)
  expect(() => parseCliOptions(args)).toThrow(message)
})
