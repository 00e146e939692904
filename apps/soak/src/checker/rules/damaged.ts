import { linesOf } from '../evidence.js'
import type { Rule } from './rule.js'
import { unfinished } from './unfinished.js'

/** A run whose row was broken is set aside. If it was not broken after all, it ends as any other. */
export const damaged: Rule = (evidence, course) => {
  const [damage] = linesOf(evidence, 'damaged')
  if (damage === undefined) return unfinished(evidence, course)
  const about = evidence.executionId
  const [run] = evidence.runs
  if (run === undefined) {
    return [{ column: 'lost', about, text: `it was broken (${damage.how}), and no read shows it any more` }]
  }
  const { status, finishedAt } = run.row
  if (status === 'BLOCKED' || finishedAt !== null) return []
  return [
    {
      column: 'stuck',
      about,
      text: `it was broken (${damage.how}) and is ${status} at the end, not set aside`,
    },
  ]
}
