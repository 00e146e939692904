import type { RunTable } from './run-table.js'
import type { Statements } from './statements.js'

/**
 * What a verb works with while it holds the write lock of the file. **Whatever it reads stays true until it has
 * written**, because nobody else can write in between.
 */
export interface Transaction {
  readonly sql: Statements
  readonly runs: RunTable
  /** One instant for the whole of it, read once the lock was got. */
  readonly now: number
  readonly maxInboxMessages: number
}
