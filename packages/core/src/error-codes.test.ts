import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCodes } from './error-codes.js'
import { durableErrorClasses } from './errors.js'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const sections = page.split(/^## /m).slice(1)

describe('errorCodes', () => {
  it('has the same codes as docs/errors.md, in the same order', () => {
    const headings = sections.map((section) => section.split('\n')[0])
    expect(headings).toEqual(Object.keys(errorCodes))
  })

  it.each(Object.entries(errorCodes))(
    '%s is described in docs/errors.md by its title and class',
    (code, entry) => {
      const section = sections.find((text) => text.startsWith(`${code}\n`)) ?? ''
      const [, title, advice] = section.split('\n\n')
      expect(title).toBe(entry.title)
      expect(advice).toMatch(new RegExp(`^\`${entry.className}\`\\. \\S.{20,}`))
    },
  )

  it('has a class for every code and a code for every class', () => {
    expect(Object.keys(durableErrorClasses)).toEqual(Object.keys(errorCodes))
    for (const [code, type] of Object.entries(durableErrorClasses)) {
      expect(Reflect.get(type, 'code')).toBe(code)
      expect(type.name).toBe(errorCodes[code as keyof typeof errorCodes].className)
    }
  })
})
