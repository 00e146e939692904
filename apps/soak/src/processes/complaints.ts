import type { Logger } from '@perdure/core'
import { errorCodeOf } from '../clients/error-code-of.js'

const silence = (): void => {}

/** Warnings and errors of the product, a line each, to where the standard error of this process goes. */
export function complaints(by: string): Logger {
  const write =
    (level: string) =>
    (message: string, data: Readonly<Record<string, unknown>> = {}): void => {
      const { error, executionId } = data
      const about = [executionId, error === undefined ? undefined : errorCodeOf(error)].filter(Boolean)
      console.error(`${new Date().toISOString()} ${by} ${level}: ${message} ${about.join(' ')}`)
    }
  return { debug: silence, info: silence, warn: write('warn'), error: write('error') }
}
