/** A worker that has been silent for a day was killed: nobody else removes its row. */
const forgottenAfterMs = 86_400_000

/** Rows of workers that were last seen before this instant are removed by whoever announces itself. */
export function forgottenBefore(now: number): number {
  return now - forgottenAfterMs
}
