import type { ExecutionStatus } from '@perdure/core'
import type { PassLog } from './pass-log.js'
import type { OperationSummary } from './read-operations.js'

/** How one execution of a program went. */
export interface Performance {
  readonly status: ExecutionStatus
  /** What was returned or thrown. */
  readonly outcome: string
  readonly operations: readonly OperationSummary[]
  /** What came of each happening. */
  readonly happenings: readonly string[]
  readonly passes: readonly PassLog[]
  /** At-most-once steps that a dying process took with it. */
  readonly interrupted: ReadonlySet<string>
  /** Rules that were seen broken while it ran. */
  readonly complaints: readonly string[]
  /** What ended first is anybody's guess, and no crash is needed to change it. */
  readonly hasTie: boolean
  readonly writeCount: number
  readonly bodyCount: number
  /** Faults that took place, by kind; processes replaced in quiet are among them. */
  readonly faults: ReadonlyMap<string, number>
  /** Nodes that were reached, by kind and by every pass. */
  readonly reached: ReadonlyMap<string, number>
}
