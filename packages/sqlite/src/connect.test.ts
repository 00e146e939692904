import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryFile, temporaryFile } from '../test/temporary-file.js'
import { connect } from './connect.js'
import { resolveOptions, type SqliteOptions } from './options.js'

const pragma = (options: SqliteOptions, text: string): unknown => {
  const database = connect(resolveOptions(options))
  const row = database.prepare(`PRAGMA ${text}`).get()
  if (options.database === undefined) database.close()
  return Object.values(row as object)[0]
}

describe('the connection to a file', () => {
  let file: TemporaryFile
  beforeEach(() => {
    file = temporaryFile()
  })
  afterEach(() => file.remove())

  it('is in WAL mode', () => {
    expect(pragma({ path: file.path }, 'journal_mode')).toBe('wal')
  })

  it('survives a power cut, also when the file is opened again', () => {
    expect(pragma({ path: file.path }, 'synchronous')).toBe(2)
    expect(pragma({ path: file.path }, 'synchronous')).toBe(2)
  })

  it('is relaxed only when asked', () => {
    expect(pragma({ path: file.path, synchronous: 'normal' }, 'synchronous')).toBe(1)
  })

  it('never blocks the process for long', () => {
    expect(pragma({ path: file.path }, 'busy_timeout')).toBe(5)
  })

  it('can be to memory', () => {
    expect(pragma({ path: ':memory:' }, 'journal_mode')).toBe('memory')
  })
})

describe('a given database', () => {
  let file: TemporaryFile
  let database: Database.Database
  beforeEach(() => {
    file = temporaryFile()
    database = new Database(file.path)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
  })
  afterEach(() => {
    database.close()
    file.remove()
  })

  it('is used as it is', () => {
    database.pragma('synchronous = EXTRA')
    expect(pragma({ database }, 'synchronous')).toBe(3)
    expect(pragma({ database }, 'busy_timeout')).toBe(5_000)
  })

  it('is refused without a write-ahead log', () => {
    database.pragma('journal_mode = DELETE')
    expect(() => pragma({ database }, 'journal_mode')).toThrow(/journal_mode .* must be WAL.*was "delete"/)
  })

  it('is refused if it is less durable than asked', () => {
    database.pragma('synchronous = NORMAL')
    expect(() => pragma({ database }, 'synchronous')).toThrow(
      /must be at least 2 \(full\): run database\.pragma/,
    )
    expect(pragma({ database, synchronous: 'normal' }, 'synchronous')).toBe(1)
  })

  it('may be in memory', () => {
    const inMemory = new Database(':memory:')
    expect(pragma({ database: inMemory }, 'journal_mode')).toBe('memory')
    inMemory.close()
  })
})
