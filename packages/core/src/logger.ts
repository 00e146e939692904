import { isThenable } from './is-thenable.js'

/**
 * Where the library writes what it has to say. `console` fits as it is.
 *
 * @example
 * ```ts
 * import type { Logger } from '@perdure/core'
 *
 * type Pino = Record<keyof Logger, (data: object, message: string) => void>
 *
 * export const fromPino = (pino: Pino): Logger => ({
 *   debug: (message, data = {}) => pino.debug(data, message),
 *   info: (message, data = {}) => pino.info(data, message),
 *   warn: (message, data = {}) => pino.warn(data, message),
 *   error: (message, data = {}) => pino.error(data, message),
 * })
 * ```
 */
export interface Logger {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void
  info(message: string, data?: Readonly<Record<string, unknown>>): void
  warn(message: string, data?: Readonly<Record<string, unknown>>): void
  error(message: string, data?: Readonly<Record<string, unknown>>): void
}

/** A logger that breaks nobody: what it throws, or what comes of a promise that it returns, is nobody's business. */
export function safeLogger(logger: Logger): Logger {
  const safely =
    (level: keyof Logger): Logger[typeof level] =>
    (message, data) => {
      try {
        // Declared to return nothing, and async all the same in some applications.
        const returned: unknown = logger[level](message, data)
        if (isThenable(returned)) Promise.resolve(returned).catch(silence)
      } catch {
        // There is no place left to say so.
      }
    }
  return { debug: safely('debug'), info: safely('info'), warn: safely('warn'), error: safely('error') }
}

const silence = (): void => {}

/** Says nothing. */
export const silentLogger: Logger = Object.freeze({
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
})
