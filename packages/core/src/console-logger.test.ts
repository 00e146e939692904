import { expect, it, vi } from 'vitest'
import { consoleLogger } from './console-logger.js'

it('consoleLogger writes warnings and errors, and says who writes', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  consoleLogger.debug('a')
  consoleLogger.info('b')
  consoleLogger.warn('c')
  consoleLogger.error('d', { executionId: 'order-42' })
  expect(warn.mock.calls).toEqual([['perdure: c']])
  expect(error.mock.calls).toEqual([['perdure: d', { executionId: 'order-42' }]])
  vi.restoreAllMocks()
})
