import { poisonedBodiesAllowed, setAsideBoundMs } from '../../settings.js'
import { acceptedOf, linesOf } from '../evidence.js'
import type { Rule } from './rule.js'

/** A run that kills its workers is set aside after some deaths: what it takes of them beyond that, others lack. */
export const poisoned: Rule = (evidence, { closedAt }) => {
  const about = evidence.executionId
  const bodies = linesOf(evidence, 'began').length
  if (bodies > poisonedBodiesAllowed) {
    return [
      {
        column: 'starved',
        about,
        text: `it was let run ${bodies} times, killing its worker nearly each time`,
      },
    ]
  }
  const [start] = acceptedOf(evidence, 'start')
  const isOpen = evidence.runs.some(({ row }) => row.status !== 'BLOCKED' && row.finishedAt === null)
  if (start === undefined || !isOpen || closedAt - start.answered.at < setAsideBoundMs) return []
  return [{ column: 'starved', about, text: `it was never set aside, and killed ${bodies} times` }]
}
