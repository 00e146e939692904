import { capabilities, defineWorkflow } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { type AnyWorkflow, type RegisteredWorkflow, Registry } from './registry.js'

const able = capabilities({ adapter: 'able', events: 'buffered', children: true })
const first = defineWorkflow({ name: 'checkout' }, async () => 1)
const second = defineWorkflow({ name: 'checkout', version: '2' }, async () => 2)
const refund = defineWorkflow({ name: 'refund' }, async () => 3)

function registry(workflows: readonly unknown[], build?: string): Registry {
  return new Registry(workflows as readonly (AnyWorkflow & RegisteredWorkflow)[], able, build)
}

describe('a registry', () => {
  it('finds a workflow by name and version', () => {
    const found = registry([first, second])
    expect(found.find('checkout', '2')).toBe(second)
    expect(found.find('checkout', '3')).toBeUndefined()
    expect(found.find('toString', '1')).toBeUndefined()
  })

  it('gives the version registered last where none is asked for', () => {
    expect(registry([first, second]).newest('checkout')).toBe(second)
    expect(registry([second, first]).newest('checkout')).toBe(first)
  })

  it('names what it has when it is asked for something else', () => {
    expect(() => registry([first, refund]).newest('chekout')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_WORKFLOW',
        message: expect.stringMatching(/"chekout".*"checkout" version "1", "refund"/),
        details: expect.objectContaining({ workflow: 'chekout', field: 'workflow', value: 'chekout' }),
      }),
    )
    expect(registry([]).isEmpty).toBe(true)
    expect(() => registry([]).newest('checkout')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_WORKFLOW' }),
    )
  })

  it('says what a worker can claim, each with its build', () => {
    expect(registry([first, second]).pairs()).toEqual([
      { workflow: 'checkout', version: '1', build: first.digest },
      { workflow: 'checkout', version: '2', build: second.digest },
    ])
    expect(registry([first], 'build-7').pairs()).toEqual([
      { workflow: 'checkout', version: '1', build: 'build-7' },
    ])
  })

  it('knows whether an event is declared anywhere', () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
    } as const
    const declares = defineWorkflow({ name: 'waits', events: { approved: schema } }, async () => 1)
    expect(registry([first, declares]).declaresEvent('approved')).toBe(true)
    expect(registry([first, declares]).declaresEvent('toString')).toBe(false)
  })

  it('refuses the same name and version twice', () => {
    expect(() => registry([first, second, { ...first }])).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_WORKFLOW',
        details: expect.objectContaining({ workflow: 'checkout', version: '1', field: 'workflows[2]' }),
      }),
    )
  })

  it.each([undefined, null, 'checkout', async () => 1, {}])('refuses what is no workflow: %s', (workflow) => {
    expect(() => registry([first, workflow])).toThrow(
      expect.objectContaining({
        code: 'VALIDATION',
        details: expect.objectContaining({ field: 'workflows[1]' }),
      }),
    )
  })

  it('refuses a workflow that requires what the adapter cannot do, with both named', () => {
    const greedy = defineWorkflow({ name: 'greedy', requires: ['children', 'transactions'] }, async () => 1)
    expect(() => registry([greedy])).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_OPERATION',
        details: { adapter: 'able', capability: 'transactions' },
      }),
    )
  })
})
