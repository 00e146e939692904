import { StoreError } from '@perdure/core'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { isAboutValues, isBusy, mapError } from './map-error.js'

const sqliteError = (code: string): Error => new Database.SqliteError('something', code)

describe('an error of the driver', () => {
  it.each([
    ['SQLITE_BUSY', 'STORE_BUSY', true],
    ['SQLITE_BUSY_SNAPSHOT', 'STORE_BUSY', true],
    ['SQLITE_LOCKED', 'STORE_BUSY', true],
    ['SQLITE_FULL', 'STORE_FAILED', true],
    ['SQLITE_IOERR_WRITE', 'STORE_FAILED', true],
    ['SQLITE_CORRUPT', 'STORE_FAILED', false],
    ['SQLITE_READONLY', 'STORE_FAILED', false],
    ['SQLITE_NOTADB', 'STORE_FAILED', false],
    ['SQLITE_CONSTRAINT_NOTNULL', 'STORE_FAILED', false],
  ])('%s becomes %s, retryable: %s', (sqliteCode, code, retryable) => {
    const cause = sqliteError(sqliteCode)
    expect(mapError(cause)).toMatchObject({ code, cause, details: { retryable, sqliteCode } })
  })

  it('keeps what is an error of the library already', () => {
    const error = new StoreError('closed', { retryable: false })
    expect(mapError(error)).toBe(error)
  })

  it('that is none of SQLite is not worth another try', () => {
    expect(mapError(new TypeError('cannot bind'))).toMatchObject({ details: { retryable: false } })
    expect(mapError('thrown')).toMatchObject({ message: 'SQLite: thrown' })
  })

  it('is about values if the database can go on without them', () => {
    expect(isAboutValues(sqliteError('SQLITE_CONSTRAINT_DATATYPE'))).toBe(true)
    expect(isAboutValues(new TypeError('cannot bind'))).toBe(true)
    expect(isAboutValues(sqliteError('SQLITE_FULL'))).toBe(false)
    expect(isAboutValues(new StoreError('closed', { retryable: false }))).toBe(false)
  })

  it('is busy only if a lock is', () => {
    expect(isBusy(sqliteError('SQLITE_BUSY_RECOVERY'))).toBe(true)
    expect(isBusy(sqliteError('SQLITE_IOERR'))).toBe(false)
    expect(isBusy(new Error('busy'))).toBe(false)
  })
})
