import { linesOf } from '../evidence.js'
import type { Rule } from './rule.js'
import { unfinished } from './unfinished.js'

/** A run whose row was broken is set aside. If it was not broken after all, it ends as any other. */
export const damaged: Rule = (evidence, course) => {
  const [damage] = linesOf(evidence, 'damaged')
  if (damage === undefined) return unfinished(evidence, course)
  const open = evidence.runs.find(({ row }) => row.status !== 'BLOCKED' && row.finishedAt === null)
  if (open === undefined || evidence.unreadable !== undefined) return []
  const text = `run ${open.row.runNo} was broken (${damage.how}) and is ${open.row.status} at the end, not set aside`
  return [{ column: 'stuck', about: evidence.executionId, text }]
}
