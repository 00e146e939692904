import type { EncodedValue } from '../encoded-value.js'
import type { ErrorObject } from '../error-object.js'
import type { RunState } from '../records.js'
import type { CompensationOutcome, TerminalStatus } from '../statuses.js'
import type { AddressedMessage, ControlAction } from '../store.js'

/** How a run ended, with what is written once. */
export interface Ending {
  readonly status: TerminalStatus
  readonly output: EncodedValue | null
  readonly error: ErrorObject | null
  readonly compensationOutcome: CompensationOutcome | null
}

/** What ending a run (or asking something of it) means for others; written in the same act. */
export interface Effects {
  /** For the parent, which hears of every outcome. */
  readonly outcome: AddressedMessage | null
  /** To be asked of every attached child that is not at its end, by `relay`. */
  readonly cascade: ControlAction | null
}

export const noEffects: Effects = { outcome: null, cascade: null }

/** The row of a run that has just ended, and what others must hear of it. */
export function endRun<Run extends RunState>(
  run: Run,
  ending: Ending,
  now: number,
): { run: Run; effects: Effects } {
  return {
    run: {
      ...run,
      status: ending.status,
      blocked: null,
      blockedAt: null,
      corrupted: null,
      dueAt: null,
      leaseUntil: null,
      leaseOwner: null,
      waitsFor: [],
      finishedAt: now,
    },
    effects: {
      outcome: ending.status === 'CONTINUED_AS_NEW' ? null : outcomeMessage(run, ending),
      cascade: run.childCount === 0 ? null : closeChildren(ending),
    },
  }
}

function outcomeMessage(run: RunState, ending: Ending): AddressedMessage | null {
  if (run.parent === null) return null
  return {
    to: { namespace: run.namespace, executionId: run.parent.executionId },
    message: {
      kind: 'child',
      topic: `child:${run.parent.operationId}`,
      runNo: run.parent.runNo,
      value: ending.output,
      error: ending.error,
      outcome: ending.status,
      dedupeId: `outcome:${run.executionId}:${run.runNo}`,
    },
  }
}

function closeChildren(ending: Ending): ControlAction {
  if (ending.status === 'TERMINATED') return { kind: 'terminate', reason: 'parent terminated' }
  return { kind: 'cancel', reason: 'parent closed', byParent: true }
}
