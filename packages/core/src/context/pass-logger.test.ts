import { describe, expect, it } from 'vitest'
import type { Logger } from '../logger.js'
import type { ReplayLogging } from '../logger-options.js'
import { duringReplay, withFields } from './pass-logger.js'

const levels = ['debug', 'info', 'warn', 'error'] as const

function collecting(): { readonly logger: Logger; readonly lines: unknown[][] } {
  const lines: unknown[][] = []
  const line =
    (level: string) =>
    (...all: unknown[]): void =>
      void lines.push([level, ...all])
  return {
    lines,
    logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
  }
}

describe('withFields', () => {
  it('puts its fields on every line, and lets those of the line win', () => {
    const { logger, lines } = collecting()
    for (const level of levels) withFields(logger, { a: 1, b: 1 })[level]('hello', { b: 2 })
    expect(lines).toEqual(levels.map((level) => [level, 'hello', { a: 1, b: 2 }]))
  })
})

describe('duringReplay', () => {
  it.each<[ReplayLogging, readonly string[]]>([
    ['none', []],
    ['errors', ['error']],
    ['warnings', ['warn', 'error']],
    ['all', ['debug', 'info', 'warn', 'error']],
  ])('with %s lets through %j', (allowed, expected) => {
    const { logger, lines } = collecting()
    const quiet = duringReplay(
      logger,
      () => true,
      () => allowed,
    )
    for (const level of levels) quiet[level]('again')
    expect(lines.map(([level]) => level)).toEqual(expected)
  })

  it('lets everything through once the replay is over', () => {
    const { logger, lines } = collecting()
    let isReplaying = true
    const quiet = duringReplay(
      logger,
      () => isReplaying,
      () => 'none',
    )
    quiet.info('old')
    isReplaying = false
    quiet.info('new', { n: 1 })
    expect(lines).toEqual([['info', 'new', { n: 1 }]])
  })
})
