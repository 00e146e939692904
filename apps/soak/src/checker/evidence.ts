import type { MessageRecord, OperationRecord, RunRecord } from '@perdure/core'
import type { ClientAction, RunEvent, RunLine } from '../effects/log-line.js'
import type { RunKind } from '../workflows/run-kind.js'

/** A run as the store has it. */
export interface StoredRun {
  readonly row: RunRecord
  readonly operations: readonly OperationRecord[]
}

/** All that is known of one execution: what the outside world saw, and what the store has. */
export interface Evidence {
  readonly executionId: string
  readonly kind: RunKind
  /** In the order in which they were written. */
  readonly lines: readonly RunLine[]
  /** By run number, from 1 on. */
  readonly runs: readonly StoredRun[]
  readonly messages: readonly MessageRecord[]
  /** Why the store could not give its row. */
  readonly unreadable: string | undefined
}

/** The lines of one kind. */
export function linesOf<Kind extends RunEvent['kind']>(
  { lines }: Evidence,
  kind: Kind,
): readonly Extract<RunLine, { kind: Kind }>[] {
  return lines.filter((line): line is Extract<RunLine, { kind: Kind }> => line.kind === kind)
}

type Asked = Extract<RunLine, { kind: 'asked' }>
type Answered = Extract<RunLine, { kind: 'answered' }>

/** A question of a client, and what came of it; undefined: it never heard. */
export interface Call {
  readonly asked: Asked
  readonly answered: Answered | undefined
}

export interface AcceptedCall extends Call {
  readonly answered: Answered
}

export function callsOf(evidence: Evidence, action: ClientAction): readonly Call[] {
  const answers = new Map(linesOf(evidence, 'answered').map((line) => [line.callId, line]))
  return linesOf(evidence, 'asked')
    .filter((asked) => asked.action === action)
    .map((asked) => ({ asked, answered: answers.get(asked.callId) }))
}

/** Calls that were acknowledged, each with when. */
export function acceptedOf(evidence: Evidence, action: ClientAction): readonly AcceptedCall[] {
  return callsOf(evidence, action).filter((call): call is AcceptedCall => call.answered?.accepted === true)
}

export function runOf({ runs }: Evidence, runNo: number | undefined): StoredRun | undefined {
  return runs.find(({ row }) => row.runNo === runNo)
}
