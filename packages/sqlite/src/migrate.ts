import { createHash } from 'node:crypto'
import { StoreVersionError } from '@perdure/core'
import type { Connection } from './connection.js'
import { migrations } from './migrations.generated.js'
import type { Statements } from './statements.js'

type Migration = (typeof migrations)[number]

/** The newest layout of the tables that this version can work with; a database that has a newer one is refused. */
const schemaMajor = 1

/**
 * Brings the tables up to date, or with `check` refuses if they are not. Any number of processes may do it at once:
 * whoever gets the write lock applies what is missing, in one transaction; the others then find nothing to do.
 *
 * @throws StoreVersionError if the tables are of a newer major, were changed by hand, or (`check`) are not up to date.
 */
export async function migrate(connection: Connection, mode: 'auto' | 'check'): Promise<void> {
  const pending = await connection.read(findPending)
  if (pending.length === 0) return
  if (mode === 'check') throw notUpToDate(pending)
  await connection.write(({ sql, now }) => {
    sql.run(createTable)
    for (const migration of findPending(sql)) apply(sql, migration, now)
  })
}

/** The migrations that the database lacks. One that it has and this version does not know is of a later minor. */
function findPending(sql: Statements): Migration[] {
  if (sql.get(selectTable, 'perdure_migrations') === undefined) return [...migrations]
  checkMajor(sql)
  const applied = new Map(sql.all<[number: number, checksum: string]>(selectApplied))
  return migrations.filter((migration) => {
    const checksum = applied.get(migration.number)
    if (checksum !== undefined && checksum !== checksumOf(migration)) throw changedMigration(migration)
    return checksum === undefined
  })
}

function checkMajor(sql: Statements): void {
  if (sql.get(selectTable, 'perdure_meta') === undefined) return
  const row = sql.get<[value: string]>("SELECT value FROM perdure_meta WHERE name = 'schema_major'")
  const major = Number(row?.[0] ?? schemaMajor)
  if (major <= schemaMajor) return
  throw new StoreVersionError(
    `The database has tables of version ${major} and this version of @perdure/sqlite reads up to ${schemaMajor}: ` +
      'update @perdure/sqlite',
    { found: major, supported: schemaMajor },
  )
}

function apply(sql: Statements, migration: Migration, now: number): void {
  sql.script(migration.sql)
  sql.run(insertApplied, migration.number, migration.name, checksumOf(migration), now)
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex')
}

function notUpToDate(pending: readonly Migration[]): StoreVersionError {
  const names = pending.map(({ number, name }) => `${number} (${name})`)
  return new StoreVersionError(
    `The database lacks the migrations ${names.join(', ')}: open it once with { migrate: 'auto' }`,
    { pending: pending.map(({ number }) => number) },
  )
}

function changedMigration({ number, name }: Migration): StoreVersionError {
  return new StoreVersionError(
    `Migration ${number} (${name}) was applied to the database with another content than this version of ` +
      '@perdure/sqlite has: restore the database, or use the version that created it',
    { migration: number },
  )
}

const selectTable = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"

const createTable = `CREATE TABLE IF NOT EXISTS perdure_migrations (
  number     INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`

const selectApplied = 'SELECT number, checksum FROM perdure_migrations'

const insertApplied =
  'INSERT INTO perdure_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)'
