import type { Logger } from '../logger.js'
import type { ReplayLogging } from '../logger-options.js'

type Fields = Readonly<Record<string, unknown>>
type Level = keyof Logger

/** A logger that puts these fields on every line. */
export function withFields(logger: Logger, fields: Fields): Logger {
  return perLevel((level, message, data) => logger[level](message, { ...fields, ...data }))
}

/** A logger that says each line once: what a replay repeats is left out, by level. */
export function duringReplay(
  logger: Logger,
  isReplaying: () => boolean,
  allowed: () => ReplayLogging,
): Logger {
  return perLevel((level, message, data) => {
    if (!isReplaying() || passes(level, allowed())) logger[level](message, data)
  })
}

function passes(level: Level, allowed: ReplayLogging): boolean {
  if (allowed === 'all') return true
  if (level === 'error') return allowed !== 'none'
  return level === 'warn' && allowed === 'warnings'
}

function perLevel(write: (level: Level, message: string, data?: Fields) => void): Logger {
  return {
    debug: (message, data) => write('debug', message, data),
    info: (message, data) => write('info', message, data),
    warn: (message, data) => write('warn', message, data),
    error: (message, data) => write('error', message, data),
  }
}
