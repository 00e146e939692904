import { type DurableError, isDurableError, StoreBusyError, StoreError } from '@perdure/core'

/** Codes of SQLite for a lock that somebody else holds. */
const busyCodes = /^SQLITE_(BUSY|LOCKED)/

/** Codes of SQLite for what may be over when it is tried again: no space, no memory, a disk that fails at times. */
const passingCodes = /^SQLITE_(FULL|NOMEM|IOERR|PROTOCOL|INTERRUPT|CANTOPEN|SCHEMA)/

/** Codes of SQLite for values that it does not take: the database is well, and a next statement can succeed. */
const valueCodes = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/

/** Whatever the driver threw, as an error of the library. `details`: retryable, and the code of SQLite if it has one. */
export function mapError(error: unknown): DurableError {
  if (isDurableError(error)) return error
  const sqliteCode = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (isIterating(error)) return busyError(error, 'SQLITE_BUSY')
  if (sqliteCode === null) return new StoreError(`SQLite: ${message}`, { retryable: false }, { cause: error })
  if (busyCodes.test(sqliteCode)) return busyError(error, sqliteCode)
  const retryable = passingCodes.test(sqliteCode)
  return new StoreError(`SQLite: ${message} (${sqliteCode})`, { retryable, sqliteCode }, { cause: error })
}

function busyError(cause: unknown, sqliteCode: string): StoreBusyError {
  return new StoreBusyError(
    'SQLite: the database stayed locked for longer than busyTimeout: look for a long transaction or iteration, in this ' +
      'process or another, or raise busyTimeout',
    { retryable: true, sqliteCode },
    { cause },
  )
}

/**
 * True if a lock that is needed is held by somebody else, or the owner of a given database is going through rows with it:
 * the driver refuses to write meanwhile, by an error without a code.
 */
export function isBusy(error: unknown): boolean {
  return busyCodes.test(codeOf(error) ?? '') || isIterating(error)
}

function isIterating(error: unknown): boolean {
  return error instanceof TypeError && error.message.endsWith('busy executing a query')
}

/** What SQLite itself would say if the owner of a given database were another connection. */
export function ownerIsBusy(): Error {
  return Object.assign(new Error('the owner of the database is in a transaction'), { code: 'SQLITE_BUSY' })
}

/** True if one entry is at fault and not the database: a value that it does not take, a row that cannot be read. */
export function isAboutValues(error: unknown): boolean {
  if (isDurableError(error) || isBusy(error)) return false
  const code = codeOf(error)
  return code === null || valueCodes.test(code)
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : null
}
