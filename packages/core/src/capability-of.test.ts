import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { capabilityOf, stepCapabilityOf } from './capability-of.js'

/** The docstring above the first declaration of a member. */
function docstringOf(file: string, member: string): string {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8')
  const declaration = new RegExp(`^ {2}(readonly )?${member}[:(<]`, 'm').exec(source)
  const before = source.slice(0, declaration?.index)
  return before.slice(before.lastIndexOf('/**'))
}

describe('the capability that a member needs', () => {
  it.each(Object.entries(capabilityOf))('of ctx.%s is named in its docstring', (member, capability) => {
    const promise = `@throws UnsupportedOperationError where the adapter's manifest lacks \`${capability}\``
    expect(docstringOf('./durable-context.ts', member)).toContain(promise)
  })

  it.each(Object.entries(stepCapabilityOf))('of step.%s is named in its docstring', (member, capability) => {
    const promise = `@throws UnsupportedOperationError where the adapter's manifest lacks \`${capability}\``
    expect(docstringOf('./step-context.ts', member)).toContain(promise)
  })
})
