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

const silence = (): void => {}

/** Says nothing. */
export const silentLogger: Logger = Object.freeze({
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
})
