import { systemClock } from '@perdure/core'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { resolveOptions, type SqliteOptions } from './options.js'

describe('the options of sqlite()', () => {
  it('are durable, patient and self-migrating unless told otherwise', () => {
    expect(resolveOptions({ path: 'app.db' })).toEqual({
      location: { path: 'app.db' },
      synchronous: 'full',
      busyTimeoutMs: 10_000,
      migrate: 'auto',
      clock: systemClock,
    })
  })

  it('take a duration in any form', () => {
    expect(resolveOptions({ path: 'app.db', busyTimeout: '2s' }).busyTimeoutMs).toBe(2_000)
    expect(resolveOptions({ path: 'app.db', busyTimeout: { minutes: 1 } }).busyTimeoutMs).toBe(60_000)
  })

  it('treat undefined as left out', () => {
    const options = { path: 'app.db', synchronous: undefined, clock: undefined } as unknown as SqliteOptions
    expect(resolveOptions(options)).toMatchObject({ synchronous: 'full', clock: systemClock })
  })

  it('take an open database', () => {
    const database = new Database(':memory:')
    expect(resolveOptions({ database }).location).toEqual({ database })
    database.close()
    expect(() => resolveOptions({ database })).toThrow(/database must be an open Database of better-sqlite3/)
  })

  it.each<[unknown, RegExp]>([
    [undefined, /must be an object/],
    [{}, /^path must be the path of a file, or ':memory:'/],
    [{ path: ' ' }, /^path must be .* \(path was " "\)/],
    [{ path: 7 }, /^path must be .* \(path was 7\)/],
    [{ path: 'app.db', database: {} }, /takes a path or a database, not both/],
    [{ database: 'app.db' }, /^database must be an open Database .* \(database was "app.db"\)/],
    [{ path: 'app.db', sinchronous: 'full' }, /unknown key "sinchronous"; did you mean "synchronous"\?/],
    [
      { path: 'app.db', synchronous: 'off' },
      /^synchronous must be 'full' or 'normal' \(synchronous was "off"\)/,
    ],
    [{ path: 'app.db', migrate: true }, /^migrate must be 'auto' or 'check' \(migrate was true\)/],
    [{ path: 'app.db', busyTimeout: -1 }, /^busyTimeout must be .* \(busyTimeout was -1\)/],
  ])('refuse %j by name', (options, message) => {
    expect(() => resolveOptions(options as SqliteOptions)).toThrow(message)
  })
})
