import type { Statements } from './statements.js'

/**
 * Tells inside a transaction whether anybody else has written since the transaction before: another connection, which
 * moves `PRAGMA data_version`, or whoever else uses this one, which moves its count of changed rows further than our own
 * statements did. Neither reads a page. Changes that were rolled back may count as well.
 */
export class Watermark {
  readonly #sql: Statements
  #dataVersion = 0
  #foreignChanges = -1

  constructor(sql: Statements) {
    this.#sql = sql
  }

  /** Asked once in each transaction, before it writes. */
  hasMoved(): boolean {
    const dataVersion = this.#sql.get<[number]>('PRAGMA data_version')?.[0] ?? 0
    const changes = this.#sql.get<[number]>('SELECT total_changes()')?.[0] ?? 0
    const foreignChanges = changes - this.#sql.changes
    const hasMoved = dataVersion !== this.#dataVersion || foreignChanges !== this.#foreignChanges
    this.#dataVersion = dataVersion
    this.#foreignChanges = foreignChanges
    return hasMoved
  }
}
