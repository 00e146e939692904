import { acceptedOf, runOf } from '../evidence.js'
import type { Rule } from './rule.js'

/** A run whose start was acknowledged is in the store. */
export const lostStarts: Rule = (evidence) =>
  acceptedOf(evidence, 'start')
    .filter(({ answered }) => runOf(evidence, answered.runNo) === undefined)
    .map(({ answered }) => ({
      column: 'lost',
      about: evidence.executionId,
      text: `the start of run ${answered.runNo} was acknowledged, and the store has no such run`,
    }))
