import type { Fence, RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { LookAnswer } from '../store.js'
import { fencedAnswer } from './fenced.js'

/** The part of a row that a look is about. */
export interface LookedAt extends Pick<RunState, 'status' | 'leaseUntil' | 'fence' | 'inboxSeq'> {
  readonly controlSeq: number
}

/** What a holder is told that asks how its run stands. */
export function lookAtRun(run: LookedAt, fence: Fence): LookAnswer {
  const isHolder = run.fence.epoch === fence.epoch && run.fence.nonce === fence.nonce
  if (isTerminal(run.status) || run.leaseUntil === null || !isHolder) return fencedAnswer(run)
  return { kind: 'held', inboxSeq: run.inboxSeq, controlSeq: run.controlSeq }
}
