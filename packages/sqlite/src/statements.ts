import type { SqliteDatabase, SqliteStatement } from './database.js'

export type SqlValue = string | number | Uint8Array | null

/** By position, or an object by name. */
type Parameter = SqlValue | Readonly<Record<string, SqlValue>>

/** Runs SQL; every text is prepared once. Rows come as tuples, in the order in which the SQL names the columns. */
export class Statements {
  readonly #database: SqliteDatabase
  readonly #prepared = new Map<string, SqliteStatement>()
  #changes = 0

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** The first row, or undefined. The caller knows which columns the SQL names. */
  get<Row extends readonly unknown[]>(sql: string, ...parameters: Parameter[]): Row | undefined {
    return this.#query(sql).get(...parameters) as Row | undefined
  }

  all<Row extends readonly unknown[]>(sql: string, ...parameters: Parameter[]): Row[] {
    return this.#query(sql).all(...parameters) as Row[]
  }

  /** How many rows `run` and `insert` have changed so far, rolled back or not. */
  get changes(): number {
    return this.#changes
  }

  /** Returns how many rows were changed. */
  run(sql: string, ...parameters: Parameter[]): number {
    const { changes } = this.#prepare(sql).run(...parameters)
    this.#changes += changes
    return changes
  }

  /** Returns the number that the new row was given. */
  insert(sql: string, ...parameters: Parameter[]): number {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...parameters)
    this.#changes += changes
    return Number(lastInsertRowid)
  }

  /** Several statements at once, without parameters. */
  script(sql: string): void {
    this.#database.exec(sql)
  }

  #prepare(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }

  #query(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#prepare(sql)
    statement.raw(true)
    // The owner of a given database may have asked for BigInt everywhere.
    statement.safeIntegers(false)
    return statement
  }
}

/** `a, b` for a select or an insert. */
export function columnList(columns: readonly string[]): string {
  return columns.join(', ')
}

/** `?, ?` for an insert. */
export function placeholders(columns: readonly string[]): string {
  return columns.map(() => '?').join(', ')
}

/** `a = ?, b = ?` for an update. */
export function assignments(columns: readonly string[]): string {
  return columns.map((column) => `${column} = ?`).join(', ')
}
