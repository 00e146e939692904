import { type Clock, checkOptions, type Duration, systemClock, toMs, ValidationError } from '@perdure/core'
import type { SqliteDatabase } from './database.js'

/** Where the data is, one of the two, and how to treat it. */
export type SqliteOptions = SqliteLocation & SqliteSettings

export type SqliteLocation =
  | {
      /** The file; it is created if it does not exist. `':memory:'` keeps everything in this process. */
      readonly path: string
      readonly database?: never
    }
  | {
      /**
       * A `Database` of better-sqlite3 that is open. It stays open when the store is closed, and its pragmas are left as
       * they are: `open` refuses one that is not in WAL mode or less durable than `synchronous` says. Two stores over
       * the same `Database` are not told of each other's writes; give each its own. Do not put other tables in the place
       * of the store's while it is open.
       */
      readonly database: SqliteDatabase
      readonly path?: never
    }

export interface SqliteSettings {
  /**
   * What an answered write survives.
   *
   * - `'full'`: a crash of the process, of the machine, and a power cut. (On macOS the drive may still hold the last
   *   writes in its cache; `PRAGMA fullfsync` of a given database makes it write them.)
   * - `'normal'`: a crash of the process. After a power cut or a crash of the operating system the last writes may be
   *   gone although they were answered: steps that were done are run again, and executions started in the last moments
   *   are not there. The file itself stays intact.
   *
   * @default 'full'
   */
  readonly synchronous?: 'full' | 'normal'
  /**
   * How long a call waits for other processes that write to the file, before it fails with `StoreBusyError`. This
   * process goes on meanwhile.
   *
   * @default '10s'
   */
  readonly busyTimeout?: Duration
  /**
   * Whether `open` brings the tables up to date (`'auto'`), or refuses if they are not (`'check'`).
   *
   * @default 'auto'
   */
  readonly migrate?: 'auto' | 'check'
  /** What due times and leases are judged by. @default systemClock */
  readonly clock?: Clock
}

export interface ResolvedOptions {
  readonly location: { readonly path: string } | { readonly database: SqliteDatabase }
  readonly synchronous: 'full' | 'normal'
  readonly busyTimeoutMs: number
  readonly migrate: 'auto' | 'check'
  readonly clock: Clock
}

const defaults = {
  synchronous: 'full',
  busyTimeout: '10s',
  migrate: 'auto',
  clock: systemClock,
} satisfies Required<SqliteSettings>

const keys: readonly string[] = ['path', 'database', ...Object.keys(defaults)]

/** @throws ValidationError naming the key and the value that cannot be. */
export function resolveOptions(options: SqliteOptions): ResolvedOptions {
  checkOptions(options ?? null, keys, 'sqlite()')
  const { synchronous, busyTimeout, migrate, clock } = options
  return {
    location: resolveLocation(options),
    synchronous: oneOf('synchronous', synchronous ?? defaults.synchronous, ['full', 'normal']),
    busyTimeoutMs: toMs(busyTimeout ?? defaults.busyTimeout, 'busyTimeout'),
    migrate: oneOf('migrate', migrate ?? defaults.migrate, ['auto', 'check']),
    clock: clock ?? defaults.clock,
  }
}

function resolveLocation({ path, database }: SqliteOptions): ResolvedOptions['location'] {
  if (path !== undefined && database !== undefined) {
    const message = 'sqlite() takes a path or a database, not both'
    throw new ValidationError({
      field: 'database',
      value: database,
      limit: 'left out if path is given',
      message,
    })
  }
  if (database !== undefined) {
    if (typeof database?.prepare === 'function' && database.open) return { database }
    throw new ValidationError({
      field: 'database',
      value: database,
      limit: 'an open Database of better-sqlite3',
    })
  }
  if (typeof path === 'string' && path.trim() !== '') return { path }
  throw new ValidationError({ field: 'path', value: path, limit: "the path of a file, or ':memory:'" })
}

function oneOf<Value extends string>(field: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value
  throw new ValidationError({ field, value, limit: allowed.map((word) => `'${word}'`).join(' or ') })
}
