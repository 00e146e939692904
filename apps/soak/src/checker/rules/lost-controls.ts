import { chargeStep, refundStep } from '../../workflows/waiting.js'
import { acceptedOf, callsOf, type Evidence, linesOf, runOf } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/**
 * A cancel or terminate that was acknowledged ends the run that it was meant for, and no other; a run that is cancelled
 * cleans up behind itself.
 */
export const lostControls: Rule = (evidence) => [
  ...withoutEffect(evidence),
  ...cancelledByNobody(evidence),
  ...notCleanedUp(evidence),
]

function withoutEffect(evidence: Evidence): readonly Fault[] {
  const ended = (action: 'cancel' | 'terminate', asItShould: readonly string[]): readonly Fault[] =>
    acceptedOf(evidence, action).flatMap(({ asked }) => {
      const status = runOf(evidence, asked.runNo)?.row.status
      if (status === undefined || asItShould.includes(status) || !isEnd(status)) return []
      return [fault(evidence, `the ${action} of run ${asked.runNo} was acknowledged, and it ended ${status}`)]
    })
  const isTerminateAsked = callsOf(evidence, 'terminate').length > 0
  return [
    ...ended('cancel', isTerminateAsked ? ['CANCELLED', 'TERMINATED'] : ['CANCELLED']),
    ...ended('terminate', ['TERMINATED']),
  ]
}

/** What has not ended yet is a matter of being stuck. */
function isEnd(status: string): boolean {
  return ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'].includes(status)
}

function cancelledByNobody(evidence: Evidence): readonly Fault[] {
  const asked = (action: 'cancel' | 'terminate'): ReadonlySet<number | undefined> =>
    new Set(callsOf(evidence, action).map((call) => call.asked.runNo))
  const cancelled = asked('cancel')
  const terminated = asked('terminate')
  return evidence.runs.flatMap(({ row: { runNo, status } }) => {
    const isAsked =
      status === 'CANCELLED' ? cancelled.has(runNo) : status !== 'TERMINATED' || terminated.has(runNo)
    return isAsked ? [] : [fault(evidence, `run ${runNo} ended ${status}, and nobody had asked for that`)]
  })
}

function notCleanedUp(evidence: Evidence): readonly Fault[] {
  if (evidence.kind !== 'refund') return []
  return evidence.runs
    .filter(({ row }) => row.status === 'CANCELLED')
    .filter(({ row }) => linesOf(evidence, 'began').some(({ runNo }) => runNo === row.runNo))
    .filter(
      ({ row }) =>
        !linesOf(evidence, 'told').some((line) => line.runNo === row.runNo && line.operation === refundStep),
    )
    .map(({ row }) =>
      fault(
        evidence,
        `run ${row.runNo} was cancelled after its ${chargeStep} had begun, without a ${refundStep}`,
      ),
    )
}

function fault({ executionId }: Evidence, text: string): Fault {
  return { column: 'lost', about: executionId, text }
}
