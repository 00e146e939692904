import type { Course } from './course.js'
import type { Evidence } from './evidence.js'
import type { Fault } from './fault.js'
import { damaged } from './rules/damaged.js'
import { doubledBodies, doubledEvents } from './rules/doubled.js'
import { lateWakes } from './rules/late.js'
import { lostControls } from './rules/lost-controls.js'
import { lostEvents } from './rules/lost-events.js'
import { lostOutcomes } from './rules/lost-outcomes.js'
import { lostResults } from './rules/lost-results.js'
import { lostStarts } from './rules/lost-starts.js'
import { poisoned } from './rules/poisoned.js'
import type { Rule } from './rules/rule.js'
import { unfinished } from './rules/unfinished.js'

const healthy: readonly Rule[] = [
  lostStarts,
  lostEvents,
  lostOutcomes,
  lostControls,
  lostResults,
  doubledBodies,
  doubledEvents,
  lateWakes,
  unfinished,
]

/** What was broken on purpose may be gone, but nothing may happen twice in its name. */
const broken: readonly Rule[] = [doubledBodies, doubledEvents, damaged]

const poisonous: readonly Rule[] = [lostStarts, poisoned]

/** Everything that went wrong with one execution. */
export function judge(evidence: Evidence, course: Course): readonly Fault[] {
  const rules = evidence.kind === 'poison' ? poisonous : evidence.kind === 'damaged' ? broken : healthy
  return rules.flatMap((rule) => rule(evidence, course))
}
