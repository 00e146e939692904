// Taken once, when the module is loaded: fake timers of a test framework replace it.
const { setImmediate } = globalThis

/** Run this after what the event loop is doing now, so that what belongs together can gather. */
export function later(run: () => void): void {
  setImmediate(run)
}

/** Cut a list into groups within the bounds; what is above them by itself goes alone. */
export function inGroups<T>(
  items: readonly T[],
  weigh: (item: T) => { readonly rows: number; readonly bytes: number },
  bounds: { readonly maxRows: number; readonly maxBytes: number },
): T[][] {
  const groups: T[][] = []
  let rows = Number.POSITIVE_INFINITY
  let bytes = 0
  for (const item of items) {
    const weight = weigh(item)
    rows += weight.rows
    bytes += weight.bytes
    const group = groups.at(-1)
    if (group === undefined || rows > bounds.maxRows || bytes > bounds.maxBytes) {
      groups.push([item])
      rows = weight.rows
      bytes = weight.bytes
    } else {
      group.push(item)
    }
  }
  return groups
}
