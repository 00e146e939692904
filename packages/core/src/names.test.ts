import { describe, expect, it } from 'vitest'
import { checkExecutionId, checkName, checkOptions } from './names.js'

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
  it.each(['order-42', 'A.b:c_d-1', 'x'.repeat(256)])('accepts %s', (executionId) => {
    expect(checkExecutionId(executionId, 'id')).toBe(executionId)
  })

  it.each(['', 'x'.repeat(257), 'a b', 'a/b', 'a\n', 'ä', 42, undefined])('refuses %o', (executionId) => {
    expect(() => checkExecutionId(executionId, 'id')).toThrow(/^id must be 1 to 256 of the characters/)
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
