import { expect, it } from 'vitest'
import { type Logger, silentLogger } from './logger.js'

it('console is a Logger', () => {
  const logger: Logger = console
  expect(logger).toBeDefined()
})

it('silentLogger says nothing and gives nothing', () => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    expect(silentLogger[level]('x', { executionId: 'order-42' })).toBeUndefined()
  }
})
