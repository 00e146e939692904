import type { RunRecord } from '../records.js'
import { rowFormat } from '../row-format.js'
import type { Turn } from '../store.js'
import { unsuspected } from './suspicion.js'

/**
 * The row of the run that follows a `continueAsNew`: same execution, same parent, next number. Events that nobody
 * consumed are addressed to the execution, so they wait for the new run.
 */
export function nextRun(
  closed: RunRecord,
  turn: Extract<Turn, { readonly kind: 'continueAsNew' }>,
  now: number,
): RunRecord {
  return {
    ...closed,
    format: rowFormat,
    runNo: closed.runNo + 1,
    version: turn.version,
    status: closed.control.paused ? 'PAUSED' : 'PENDING',
    dueAt: now,
    fence: { epoch: 0, nonce: '' },
    applied: null,
    ...unsuspected,
    waitsFor: [],
    childCount: 0,
    counters: { startSeq: 0, settleSeq: 0 },
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    seed: turn.seed,
    input: turn.input,
    inputHash: turn.inputHash,
    output: null,
    error: null,
    compensationOutcome: null,
  }
}
