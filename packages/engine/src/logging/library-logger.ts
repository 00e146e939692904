import type { Logger } from '@perdure/core'
import { errorFacts } from './error-facts.js'

/**
 * A logger for the library's own lines: of an `error` in their data it writes the facts, never the error itself, whose
 * stack and properties may hold anything.
 */
export function libraryLogger(logger: Logger, withMessages: boolean): Logger {
  const at =
    (level: keyof Logger): Logger[typeof level] =>
    (message, data) =>
      logger[level](message, data === undefined ? undefined : withoutErrors(data, withMessages))
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function withoutErrors(
  data: Readonly<Record<string, unknown>>,
  withMessages: boolean,
): Readonly<Record<string, unknown>> {
  const { error } = data
  return error === undefined ? data : { ...data, error: errorFacts(error, withMessages) }
}
