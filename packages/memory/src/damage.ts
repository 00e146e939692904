import { findStateDamage, findValuesDamage, lostValues, type RunRecord, salvageState } from '@perdure/core'

/** What of a run's row cannot be read; null: nothing. */
export function damageOf(run: RunRecord): string | null {
  return findStateDamage(run) ?? findValuesDamage(run)
}

/** The run as it can be shown: of a damaged row, what is left. */
export function readable(run: RunRecord): RunRecord {
  const damage = damageOf(run)
  return damage === null ? run : { ...salvageState(run, damage), ...lostValues }
}

/** The rows that can be read, and what cannot be read of the others; nothing if there are none. */
export function withoutDamaged<Row>(
  rows: readonly Row[],
  find: (row: Row) => string | null,
): { readonly rows: readonly Row[]; readonly damage: { readonly damage?: string } } {
  const found = rows.map(find).filter((damage) => damage !== null)
  if (found.length === 0) return { rows, damage: {} }
  return { rows: rows.filter((row) => find(row) === null), damage: { damage: found.join('; ') } }
}
