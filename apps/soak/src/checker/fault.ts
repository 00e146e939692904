/**
 * What can go wrong, a column each:
 *
 * - `lost`: something that was acknowledged is missing or changed;
 * - `doubled`: something happened twice that may happen once;
 * - `stuck`: at the end, in peace, a run or a wait does not go on;
 * - `late`: a wake-up came after its bound;
 * - `starved`: a healthy run waited because of others that were not set aside.
 */
export type Column = 'lost' | 'doubled' | 'stuck' | 'late' | 'starved'

export const columns: readonly Column[] = ['lost', 'doubled', 'stuck', 'late', 'starved']

export interface Fault {
  readonly column: Column
  /** Of a run, or the name of a process. */
  readonly about: string
  readonly text: string
}
