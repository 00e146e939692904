import { decodeValue } from '@perdure/core'
import { type Evidence, linesOf, runOf } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/** What user code was told is what a body had computed, what the store has, and what every later pass was told. */
export const lostOutcomes: Rule = (evidence) => [
  ...changed(evidence),
  ...unfounded(evidence),
  ...notKept(evidence),
]

function changed(evidence: Evidence): readonly Fault[] {
  const first = new Map<string, string>()
  const faults: Fault[] = []
  for (const line of evidence.lines) {
    if (line.kind !== 'told' && line.kind !== 'took') continue
    const name = `${line.operation} of run ${line.runNo}`
    const value = line.kind === 'told' ? line.value : `event ${line.eventId}`
    const before = first.get(name)
    if (before === undefined) first.set(name, value)
    else if (before !== value)
      faults.push(fault(evidence, `${name} was ${before} to one pass and ${value} to the next`))
  }
  return faults
}

function unfounded(evidence: Evidence): readonly Fault[] {
  const computed = new Set(linesOf(evidence, 'did').map(({ value }) => value))
  return linesOf(evidence, 'told')
    .filter(({ operationId, value }) => operationId !== undefined && !computed.has(value))
    .map(({ operation, value }) => fault(evidence, `${operation} gave ${value}, which no body had returned`))
}

function notKept(evidence: Evidence): readonly Fault[] {
  return linesOf(evidence, 'told').flatMap(({ runNo, operation, operationId, value }) => {
    const run = operationId === undefined ? undefined : runOf(evidence, runNo)
    if (run === undefined) return []
    const kept = run.operations.find((each) => each.operationId === operationId)
    if (kept === undefined)
      return [fault(evidence, `${operation} of run ${runNo} was acknowledged and is not in the store`)]
    const stored = kept.value === null ? undefined : decodeValue(kept.value, operation)
    if (kept.status === 'SUCCEEDED' && stored === value) return []
    return [
      fault(
        evidence,
        `${operation} of run ${runNo} gave ${value}; the store has ${kept.status} ${String(stored)}`,
      ),
    ]
  })
}

function fault({ executionId }: Evidence, text: string): Fault {
  return { column: 'lost', about: executionId, text }
}
