import { describe, expect, it } from 'vitest'
import { checkChosenExecutionId, checkExecutionId, checkName, checkOptions } from './names.js'

describe('checkName', () => {
  it.each(['a', 'charge card', '~!@#$%^&*()', 'x'.repeat(256)])('accepts %s', (name) => {
    expect(checkName(name, 'name')).toBe(name)
  })

  it.each(['', 'x'.repeat(257), 'é', 'a\nb', 'a\n', 'tab\t', '\u007f', 1, undefined, null, {}])(
    'refuses %o',
    (name) => {
      expect(() => checkName(name, 'step.name')).toThrow(/^step\.name must be 1 to 256 printable ASCII/)
    },
  )
})

describe('checkExecutionId', () => {
  const ofChild = `order-42.${'aB3_-c'.repeat(4)}`

  it.each(['a', 'order-42', 'ada@example.org', '/a/b+c d%20', `"';--`, 'x'.repeat(256), ofChild])(
    'accepts %s',
    (executionId) => {
      expect(checkExecutionId(executionId, 'id')).toBe(executionId)
    },
  )

  it.each(['', 'x'.repeat(257), ' a', 'a ', ' ', 'a\n', 'a\u0000b', 'ä', 42, undefined])(
    'refuses %o',
    (executionId) => {
      const message = 'id must be 1 to 256 printable ASCII characters, none at the ends blank'
      expect(() => checkExecutionId(executionId, 'id')).toThrow(message)
      expect(() => checkChosenExecutionId(executionId, 'id')).toThrow(/^id must be 1 to 200 printable/)
    },
  )

  it('leaves room, and their ending, to the ids of children, where somebody chooses one', () => {
    for (const executionId of ['x'.repeat(200), 'a.b', `${ofChild}x`, `a.${'b'.repeat(23)}`])
      expect(checkChosenExecutionId(executionId, 'id')).toBe(executionId)
    expect(() => checkChosenExecutionId('x'.repeat(201), 'id')).toThrow(/^id must be 1 to 200/)
    expect(() => checkChosenExecutionId(ofChild, 'id')).toThrow(
      /^id must be an id that does not end in a dot/,
    )
  })
})

describe('checkOptions', () => {
  it('accepts known keys, none, and no options at all', () => {
    checkOptions({ timeout: 1 }, ['timeout', 'retry'], 'options')
    checkOptions({}, ['timeout'], 'options')
    checkOptions(undefined, ['timeout'], 'options')
    checkOptions(Object.create(null), ['timeout'], 'options')
  })

  it('names a misspelled key and the nearest one that is allowed', () => {
    expect(() => checkOptions({ timeuot: 1 }, ['retry', 'timeout'], 'options')).toThrow(
      'options has the unknown key "timeuot"; did you mean "timeout"?',
    )
    expect(() => checkOptions({ maxattempts: 1 }, ['maxAttempts'], 'retry')).toThrow(
      'did you mean "maxAttempts"?',
    )
  })

  it('lists what is allowed if nothing is near', () => {
    expect(() => checkOptions({ colour: 1 }, ['retry', 'timeout'], 'options')).toThrow(
      'known: retry, timeout',
    )
  })

  it.each([null, [], 'x', 1, () => {}, new Map()])('refuses %o as options', (options) => {
    expect(() => checkOptions(options, [], 'options')).toThrow(/options must be an object or undefined/)
  })
})
