import { expect, it } from 'vitest'
import { type Logger, safeLogger, silentLogger } from './logger.js'

it('console is a Logger', () => {
  const logger: Logger = console
  expect(logger).toBeDefined()
})

it('safeLogger hands on, and breaks nobody where it cannot', async () => {
  const lines: unknown[] = []
  // It rejects, whatever its type says.
  const failing = (() => Promise.reject(new Error('no disk'))) as () => void
  const throwing = (): never => {
    throw new Error('no disk')
  }
  const logger = safeLogger({
    debug: (...line) => void lines.push(line),
    info: failing,
    warn: throwing,
    error: throwing,
  })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('x', { a: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(lines).toEqual([['x', { a: 1 }]])
})

it('silentLogger says nothing and gives nothing', () => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    expect(silentLogger[level]('x', { executionId: 'order-42' })).toBeUndefined()
  }
})
