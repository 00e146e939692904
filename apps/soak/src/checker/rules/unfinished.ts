import { isTerminal, type RunRecord } from '@perdure/core'
import { wakeBoundMs } from '../../settings.js'
import { mayNeverEnd } from '../../workflows/run-kind.js'
import type { Course } from '../course.js'
import { acceptedOf, callsOf, type Evidence, linesOf, runOf } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/**
 * At the end, after a time of peace, a run has ended or has a reason not to; and whoever waits for one that has ended
 * has heard of it. What others kept from its end has starved; what nothing kept from it is stuck.
 */
export const unfinished: Rule = (evidence, course) => [
  ...openRuns(evidence, course),
  ...openWaits(evidence, course),
]

function openRuns(evidence: Evidence, { heldUpBy }: Course): readonly Fault[] {
  if (evidence.unreadable !== undefined) {
    const text = `its row cannot be read, and nobody has broken it: ${evidence.unreadable}`
    return [{ column: 'lost', about: evidence.executionId, text }]
  }
  return evidence.runs
    .filter(({ row }) => !isTerminal(row.status) && !mayRest(evidence, row))
    .map(({ row }) => {
      const text = `run ${row.runNo} is ${describe(row)} at the end`
      return heldUpBy === undefined
        ? { column: 'stuck', about: evidence.executionId, text }
        : { column: 'starved', about: evidence.executionId, text: `${text}, and ${heldUpBy}` }
    })
}

/** Whether the run stands still because it was told to, or waits for what never comes. */
function mayRest(evidence: Evidence, { runNo, status }: RunRecord): boolean {
  if (status === 'PAUSED') return isPaused(evidence, runNo)
  return status === 'SUSPENDED' && mayNeverEnd(evidence.kind)
}

/** Whether the last word was a pause. One that nobody heard the answer of may have been the last. */
function isPaused(evidence: Evidence, runNo: number): boolean {
  const pausedAt = callsOf(evidence, 'pause')
    .filter(({ asked }) => asked.runNo === runNo)
    .map(({ asked }) => asked.at)
  const resumedAt = acceptedOf(evidence, 'resume')
    .filter(({ asked }) => asked.runNo === runNo)
    .map(({ answered }) => answered.at)
  return Math.max(0, ...pausedAt) > Math.max(0, ...resumedAt)
}

function describe({ status, blocked, dueAt, leaseUntil }: RunRecord): string {
  if (blocked !== null) return `${status} (${blocked.reason})`
  const due = dueAt === null ? '' : `, due at ${new Date(dueAt).toISOString()}`
  return `${status}${due}${leaseUntil === null ? '' : `, leased until ${new Date(leaseUntil).toISOString()}`}`
}

function openWaits(evidence: Evidence, { closedAt }: Course): readonly Fault[] {
  const waits = new Map(linesOf(evidence, 'awaited').map(({ waitId, runNo }) => [waitId, runNo]))
  return linesOf(evidence, 'unreturned').flatMap(({ waitId }) => {
    const runNo = waits.get(waitId)
    const finishedAt = runOf(evidence, runNo)?.row.finishedAt ?? null
    if (finishedAt === null || closedAt - finishedAt <= wakeBoundMs) return []
    const text = `run ${runNo} ended ${closedAt - finishedAt} ms before the end, and a client still waited for it`
    return [{ column: 'stuck', about: evidence.executionId, text }]
  })
}
