/**
 * What ran, and how it ended.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce(
    (total, counts) => ({
      passed: total.passed + counts.passed,
      failed: total.failed + counts.failed,
      skipped: total.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/**
 * Prints the closing line and ends the process. On CI nothing may be skipped: a skip is a failure there.
 * @param {Counts} counts
 * @returns {never}
 */
export function close(counts) {
  const strict = process.env['CI'] === 'true'
  const { passed, failed, skipped } = strict
    ? { passed: counts.passed, failed: counts.failed + counts.skipped, skipped: 0 }
    : counts
  if (strict && counts.skipped > 0) console.log(`! ${counts.skipped} skipped, which counts as failed on CI`)
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exit(failed > 0 ? 1 : 0)
}
