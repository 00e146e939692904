import type { RunRecord } from '../records.js'
import { rowFormat } from '../row-format.js'
import type { Turn } from '../store.js'
import { unsuspected } from './suspicion.js'

/**
 * The row of the run that follows a `continueAsNew`: same execution, same life, same parent, next number. Events that
 * nobody consumed are addressed to the execution, so they wait for the new run. A deadline and an accepted cancel are of
 * the life: they pass on.
 */
export function nextRun(
  closed: RunRecord,
  turn: Extract<Turn, { readonly kind: 'continueAsNew' }>,
  now: number,
): RunRecord {
  const { control } = closed
  const { graceEndsAt } = turn
  const cancel =
    control.cancel === null || graceEndsAt === undefined ? control.cancel : { ...control.cancel, graceEndsAt }
  return {
    ...closed,
    format: rowFormat,
    control: { ...control, cancel },
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
