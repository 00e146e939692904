/**
 * What the store needs of a `Database` of better-sqlite3: give it one that is open, and it is used as it is.
 */
export interface SqliteDatabase {
  readonly name: string
  readonly open: boolean
  readonly memory: boolean
  readonly inTransaction: boolean
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** A prepared statement of better-sqlite3. */
export interface SqliteStatement {
  run(...parameters: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint }
  get(...parameters: unknown[]): unknown
  all(...parameters: unknown[]): unknown[]
  raw(on: boolean): unknown
  safeIntegers(on: boolean): unknown
}
