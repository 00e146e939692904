import { StoreError } from '@perdure/core'
import { connect } from './connect.js'
import type { SqliteDatabase } from './database.js'
import { isAboutValues, mapError, ownerIsBusy } from './map-error.js'
import { migrate } from './migrate.js'
import type { ResolvedOptions } from './options.js'
import { RunTable } from './run-table.js'
import { Statements } from './statements.js'
import type { Transaction } from './transaction.js'
import { Watermark } from './watermark.js'
import { lockWaitMs, whileBusy } from './while-busy.js'

type Act<Answer> = (transaction: Transaction) => Answer

interface OpenDatabase {
  readonly database: SqliteDatabase
  readonly sql: Statements
  readonly runs: RunTable
  readonly watermark: Watermark
}

/** The way to the database: opened once, closed once, and in between the write lock of the file. */
export class Connection {
  readonly #options: ResolvedOptions
  readonly #maxInboxMessages: number
  readonly #isGiven: boolean
  #opening: Promise<void> | null = null
  #open: OpenDatabase | null = null
  #isClosed = false

  constructor(options: ResolvedOptions, maxInboxMessages: number) {
    this.#options = options
    this.#maxInboxMessages = maxInboxMessages
    this.#isGiven = 'database' in options.location
  }

  async open(): Promise<void> {
    this.#opening ??= this.#connect()
    try {
      await this.#opening
    } catch (error) {
      this.#opening = null
      throw error
    }
  }

  close(): void {
    this.#isClosed = true
    this.#letGo()
  }

  /** Statements that only read. */
  async read<Answer>(act: (sql: Statements) => Answer): Promise<Answer> {
    return this.#attempt(() => act(this.#opened().sql))
  }

  /**
   * One transaction. `act` runs undivided while this connection holds the write lock, and may run again if the lock was
   * not to be had. What it throws rolls everything back; if a value was at fault, `instead` is run in its place.
   */
  async write<Answer>(act: Act<Answer>, instead?: Act<Answer>): Promise<Answer> {
    return this.#attempt(() => {
      try {
        return this.#transact(act)
      } catch (error) {
        if (instead === undefined || !isAboutValues(error)) throw error
        return this.#transact(instead)
      }
    })
  }

  /** Changes whenever another connection has written; null while nothing is open. */
  dataVersion(): number | null {
    if (this.#open === null || !this.#open.database.open) return null
    return this.#open.sql.get<[dataVersion: number]>('PRAGMA data_version')?.[0] ?? null
  }

  async #connect(): Promise<void> {
    await this.#attempt(() => {
      if (this.#isClosed) throw closedError()
      const database = connect(this.#options)
      const sql = new Statements(database)
      this.#open = { database, sql, runs: new RunTable(sql), watermark: new Watermark(sql) }
    })
    try {
      await migrate(this, this.#options.migrate)
    } catch (error) {
      this.#letGo()
      throw error
    }
  }

  async #attempt<Answer>(act: () => Answer): Promise<Answer> {
    try {
      return await whileBusy(act, this.#options)
    } catch (error) {
      throw mapError(error)
    }
  }

  #letGo(): void {
    if (!this.#isGiven) this.#open?.database.close()
    this.#open = null
  }

  #opened(): OpenDatabase {
    if (this.#open !== null) return this.#open
    if (this.#isClosed) throw closedError()
    throw new StoreError('The SQLite store is not open: call open() first', { retryable: false })
  }

  #transact<Answer>(act: Act<Answer>): Answer {
    const { database, sql, runs, watermark } = this.#opened()
    this.#begin(database, sql)
    try {
      if (watermark.hasMoved()) runs.forget()
      const now = this.#options.clock.now()
      const answer = act({ sql, runs, now, maxInboxMessages: this.#maxInboxMessages })
      runs.flush()
      sql.run('COMMIT')
      runs.keep()
      return answer
    } catch (error) {
      runs.forget()
      // After some errors, a full disk for one, SQLite has rolled back already.
      if (database.inTransaction) sql.run('ROLLBACK')
      throw error
    }
  }

  #begin(database: SqliteDatabase, sql: Statements): void {
    if (!this.#isGiven) sql.run('BEGIN IMMEDIATE')
    else if (database.inTransaction) throw ownerIsBusy()
    else withShortWait(sql, () => sql.run('BEGIN IMMEDIATE'))
  }
}

/** Whoever owns the database may let SQLite wait for seconds, in which the whole process would stand still. */
function withShortWait(sql: Statements, act: () => void): void {
  const ownerMs = sql.get<[timeoutMs: number]>('PRAGMA busy_timeout')?.[0] ?? 0
  if (ownerMs <= lockWaitMs) return act()
  sql.get(`PRAGMA busy_timeout = ${lockWaitMs}`)
  try {
    act()
  } finally {
    sql.get(`PRAGMA busy_timeout = ${ownerMs}`)
  }
}

function closedError(): StoreError {
  return new StoreError('The SQLite store was closed', { retryable: false })
}
