import { decodeValue } from '@perdure/core'
import { type Evidence, linesOf, runOf, type StoredRun } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/** All clients that waited for a run were given one and the same result: that of the store. */
export const lostResults: Rule = (evidence) => {
  const waits = new Map(linesOf(evidence, 'awaited').map(({ waitId, runNo }) => [waitId, runNo]))
  const faults: Fault[] = []
  const given = new Map<number, string>()
  for (const { waitId, status, value } of linesOf(evidence, 'returned')) {
    const runNo = waits.get(waitId)
    const run = runOf(evidence, runNo)
    if (runNo === undefined || run === undefined) continue
    const result = text(status, value)
    const before = given.get(runNo)
    given.set(runNo, result)
    if (before !== undefined && before !== result) {
      faults.push(
        fault(
          'doubled',
          evidence,
          `run ${runNo} ended as ${before} for one client and as ${result} for another`,
        ),
      )
    } else if (result !== storedResult(run)) {
      faults.push(
        fault(
          'lost',
          evidence,
          `a client was given ${result} for run ${runNo}; the store has ${storedResult(run)}`,
        ),
      )
    }
  }
  return faults
}

function storedResult({ row }: StoredRun): string {
  return text(row.status, row.output === null ? undefined : JSON.stringify(decodeValue(row.output, 'output')))
}

function text(status: string, value: string | undefined): string {
  return value === undefined ? status : `${status} ${value}`
}

function fault(column: 'lost' | 'doubled', { executionId }: Evidence, what: string): Fault {
  return { column, about: executionId, text: what }
}
