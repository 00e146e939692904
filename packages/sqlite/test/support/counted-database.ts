import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { temporaryFile } from '../temporary-file.js'

/** A database that writes down every statement SQLite is given, with the values in it. */
export interface CountedDatabase {
  readonly database: Database.Database
  readonly path: string
  /** All statements so far. */
  readonly statements: readonly string[]
  /** Forget what was counted. */
  reset(): void
}

/** A database in a file that is removed after the test. What is counted does not depend on the disk, so none is awaited. */
export function countedDatabase(): CountedDatabase {
  const { path, remove } = temporaryFile()
  const statements: string[] = []
  const database = new Database(path, {
    timeout: 0,
    verbose: (text) => {
      statements.push(String(text))
    },
  })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  onTestFinished(() => {
    database.close()
    remove()
  })
  return {
    database,
    path,
    statements,
    reset: () => {
      statements.length = 0
    },
  }
}

/** What a statement does to which table of ours: `begin`, `commit`, `pragma data_version`, `select executions`… */
export function kindOf(statement: string): string {
  const [verb = '', second = ''] = statement.trim().toLowerCase().split(/\s+/)
  if (verb === 'pragma') return `pragma ${second}`
  const table = /\bperdure_(\w+)/.exec(statement)?.[1]
  if (table === undefined) return verb
  return `${verb === 'with' ? 'select' : verb} ${table}`
}

/** Kinds of statements in the order in which they ran; settings of the connection are left out. */
export function kindsOf(statements: readonly string[]): string[] {
  return statements.map(kindOf).filter((kind) => kind !== 'pragma busy_timeout')
}

export function countTransactions(statements: readonly string[]): number {
  return statements.filter((statement) => kindOf(statement) === 'begin').length
}

const writing = new Set(['insert', 'update', 'delete', 'replace', 'create', 'drop', 'alter'])

/** True if the statement changes the file. */
export function isWrite(statement: string): boolean {
  return writing.has(kindOf(statement).split(' ')[0] ?? '')
}
