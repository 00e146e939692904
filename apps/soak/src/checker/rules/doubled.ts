import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/** A body is not begun once its outcome was acknowledged, nor twice in one attempt if it is at most once. */
export const doubledBodies: Rule = (evidence) => {
  const acknowledged = new Set<string>()
  const begun = new Set<string>()
  const faults: Fault[] = []
  for (const line of evidence.lines) {
    if (line.kind === 'told' && line.operationId !== undefined)
      acknowledged.add(`${line.runNo} ${line.operationId}`)
    if (line.kind !== 'began') continue
    const { runNo, operationId, attempt, atMostOnce, by } = line
    const operation = `${runNo} ${operationId}`
    if (acknowledged.has(operation)) {
      faults.push(
        fault(evidence, `${by} began ${operationId} of run ${runNo} after its outcome was acknowledged`),
      )
    }
    if (!atMostOnce) continue
    if (begun.has(`${operation} ${attempt}`)) {
      faults.push(
        fault(
          evidence,
          `${by} began attempt ${attempt} of ${operationId} of run ${runNo} for the second time`,
        ),
      )
    }
    begun.add(`${operation} ${attempt}`)
  }
  return faults
}

/** An event ends one wait. */
export const doubledEvents: Rule = (evidence) => {
  const taken = new Map<string, string>()
  const faults: Fault[] = []
  for (const line of evidence.lines) {
    if (line.kind !== 'took') continue
    const wait = `${line.operation} of run ${line.runNo}`
    const before = taken.get(line.eventId)
    if (before === undefined) taken.set(line.eventId, wait)
    else if (before !== wait)
      faults.push(fault(evidence, `event ${line.eventId} ended ${before} and ${wait}`))
  }
  return faults
}

function fault({ executionId }: Evidence, text: string): Fault {
  return { column: 'doubled', about: executionId, text }
}
