import { eventSubType, isSettled, isTerminal, type OperationRecord, type RunRecord } from '@perdure/core'
import type { Acknowledged } from './acknowledged.js'
import { audit } from './audit.js'
import type { ProbedRows } from './store-under-test.js'

/**
 * Scans rows that executions of workflows have left behind: for what can never be true of any rows, and for what an
 * engine never writes. Nobody sleeps for nothing, a wait is known to whoever could end it, and a message ended the
 * operation that it says. Returns a sentence for each finding.
 */
export function auditExecutions(rows: ProbedRows, acknowledged?: Acknowledged): readonly string[] {
  return [
    ...audit(rows, acknowledged),
    ...rows.runs.flatMap((run) => {
      const operations = rows.operations.filter((row) => isOf(row, run) && row.runNo === run.runNo)
      const findings = [...waitFindings(run, operations), ...orderFindings(operations)]
      return findings.map((finding) => `run ${run.executionId}/${run.runNo} ${finding}`)
    }),
    ...rows.inbox
      .filter((message) => message.consumedBy !== null)
      .filter((message) => !rows.operations.some((row) => isOf(row, message) && isEndedBy(row, message)))
      .map(({ executionId, inboxSeq }) => `message ${inboxSeq} of ${executionId} ended nothing`),
  ]
}

interface Execution {
  readonly namespace: string
  readonly executionId: string
}

function isOf(row: Execution, execution: Execution): boolean {
  return row.namespace === execution.namespace && row.executionId === execution.executionId
}

function isEndedBy(row: OperationRecord, { consumedBy }: ProbedRows['inbox'][number]): boolean {
  return row.operationId === consumedBy && row.status === 'SUCCEEDED'
}

function waitFindings(run: RunRecord, operations: readonly OperationRecord[]): readonly string[] {
  const open = operations.filter(({ status }) => !isSettled(status))
  const topics = open.filter(({ subType }) => subType === eventSubType).map(({ name }) => `event:${name}`)
  const dueTimes = open.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null)
  const wakesAt = Math.min(
    run.dueAt ?? Number.POSITIVE_INFINITY,
    run.control.deadlineAt ?? Number.POSITIVE_INFINITY,
  )
  const isAsleep = run.status === 'SUSPENDED'
  const facts: Readonly<Record<string, boolean>> = {
    'sleeps forever': isAsleep && wakesAt === Number.POSITIVE_INFINITY && run.waitsFor.length === 0,
    'sleeps past a timer': isAsleep && dueTimes.some((dueAt) => dueAt < wakesAt),
    'waits for other events than its operations': isAsleep && !isSame(run.waitsFor, topics),
    'has ended with a wait open':
      hasReturned(run) && open.some(({ type }) => type === 'WAIT' || type === 'CALLBACK'),
    'was to end otherwise than it has': !isDecidedEnding(run),
    'has ended without a trace of how': isTerminal(run.status) && run.output === null && run.error === null,
  }
  return Object.keys(facts).filter((fact) => facts[fact])
}

/** A terminate goes before whatever was decided; the next run of the life takes a decision over. */
function isDecidedEnding({ status, decided }: RunRecord): boolean {
  if (decided === null || !isTerminal(status)) return true
  return status === decided || status === 'TERMINATED' || status === 'CONTINUED_AS_NEW'
}

/** Its workflow function has come to its end, so that nothing was cut off. */
function hasReturned({ status }: RunRecord): boolean {
  return status === 'COMPLETED' || status === 'FAILED'
}

function orderFindings(operations: readonly OperationRecord[]): readonly string[] {
  const settled = operations
    .filter(({ settleSeq }) => settleSeq !== null)
    .sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
  const isBackwards = settled.some(
    ({ endedAt }, index) => (endedAt ?? 0) < (settled[index - 1]?.endedAt ?? 0),
  )
  const starts = new Map(operations.map(({ operationId, startSeq }) => [operationId, startSeq]))
  const early = operations.filter(({ parentId, startSeq }) => {
    return parentId !== null && startSeq < (starts.get(parentId) ?? 0)
  })
  return [
    ...(isBackwards ? ['settled operations in another order than that of their times'] : []),
    ...early.map(({ name }) => `began ${name} before the context that it is in`),
  ]
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)]
  return left.size === right.size && [...left].every((each) => right.has(each))
}
