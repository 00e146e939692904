/** The rows that can be read, and what cannot be read of the others; nothing if there are none. */
export function withoutDamaged<Row>(
  rows: readonly Row[],
  find: (row: Row) => string | null,
): { readonly readable: readonly Row[]; readonly damage: { readonly damage?: string } } {
  const damages = rows.map(find)
  const found = damages.filter((damage) => damage !== null)
  if (found.length === 0) return { readable: rows, damage: {} }
  return {
    readable: rows.filter((_, index) => damages[index] === null),
    damage: { damage: found.join('; ') },
  }
}
