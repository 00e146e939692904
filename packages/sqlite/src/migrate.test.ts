import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryFile, temporaryFile } from '../test/temporary-file.js'
import { migrations } from './migrations.generated.js'
import { sqlite } from './sqlite-store.js'

describe('the migrations', () => {
  let file: TemporaryFile
  beforeEach(() => {
    file = temporaryFile()
  })
  afterEach(() => file.remove())

  async function open(migrate?: 'auto' | 'check'): Promise<void> {
    const store = sqlite({ path: file.path, ...(migrate === undefined ? {} : { migrate }) })
    await store.open().finally(() => store.close())
  }

  function change(sql: string): void {
    const database = new Database(file.path)
    database.exec(sql)
    database.close()
  }

  it('are applied when a file is first opened, and are remembered', async () => {
    await open()
    const database = new Database(file.path)
    const rows = database.prepare('SELECT number, name FROM perdure_migrations ORDER BY number').all()
    expect(rows).toEqual(migrations.map(({ number, name }) => ({ number, name })))
    database.close()
  })

  it('write nothing when there is none to apply', async () => {
    await open()
    const written: unknown[] = []
    const database = new Database(file.path, { verbose: (sql) => written.push(sql) })
    database.pragma('synchronous = FULL')
    await sqlite({ database }).open()
    expect(written.filter((sql) => !/^\s*(SELECT|PRAGMA)/i.test(String(sql)))).toEqual([])
    database.close()
  })

  it('are only looked at with migrate: check', async () => {
    await expect(open('check')).rejects.toThrow(/lacks the migrations 1 \(initial\).*open it once with/)
    await expect(open('check')).rejects.toMatchObject({ code: 'STORE_VERSION' })
    await open('auto')
    await open('check')
  })

  it('are forward only: a later minor is worked with', async () => {
    await open()
    change("INSERT INTO perdure_migrations VALUES (99, 'later', 'x', 0)")
    await open()
  })

  it('of a newer major are refused by name', async () => {
    await open()
    change("UPDATE perdure_meta SET value = '2' WHERE name = 'schema_major'")
    await expect(open()).rejects.toThrow(
      /tables of version 2 and this version of @perdure\/sqlite reads up to 1/,
    )
    await expect(open('check')).rejects.toMatchObject({ code: 'STORE_VERSION' })
  })

  it('of another content are refused by name', async () => {
    await open()
    change("UPDATE perdure_migrations SET checksum = 'x' WHERE number = 1")
    await expect(open()).rejects.toThrow(/Migration 1 \(initial\) was applied .* with another content/)
  })

  it('leave the tables of the application alone', async () => {
    change('CREATE TABLE executions (a); CREATE TABLE operations (a); CREATE TABLE workers (a)')
    await open()
  })

  it('can be tried again after they failed', async () => {
    change('CREATE TABLE perdure_workers (a)')
    const store = sqlite({ path: file.path })
    await expect(store.open()).rejects.toThrow(/perdure_workers already exists/)
    change('DROP TABLE perdure_workers')
    await store.open()
    await store.close()
  })
})
