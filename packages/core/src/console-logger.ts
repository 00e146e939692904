import type { Logger } from './logger.js'

const silence = (): void => {}

/** Writes warnings and errors to the console, and nothing else: what an engine logs to unless it is told otherwise. */
export const consoleLogger: Logger = Object.freeze<Logger>({
  debug: silence,
  info: silence,
  warn: (message, data) => write('warn', message, data),
  error: (message, data) => write('error', message, data),
})

function write(
  level: 'warn' | 'error',
  message: string,
  data: Readonly<Record<string, unknown>> | undefined,
): void {
  // Looked up at each line: programs and test runners replace the console.
  if (data === undefined) console[level](`perdure: ${message}`)
  else console[level](`perdure: ${message}`, data)
}
