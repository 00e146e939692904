import type { Database } from 'better-sqlite3'

/** How SQLite would go about a statement: `SEARCH perdure_executions USING INDEX …`. */
export function planOf(database: Database, sql: string): readonly string[] {
  const rows = database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
  return rows.map(({ detail }) => detail)
}

/** How many tables and indexes a statement opens to write to. */
export function countWritten(database: Database, sql: string): number {
  const rows = database.prepare<[], { opcode: string }>(`EXPLAIN ${sql}`).all()
  return rows.filter(({ opcode }) => opcode === 'OpenWrite').length
}
