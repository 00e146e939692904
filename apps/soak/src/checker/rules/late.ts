import { starvationBoundMs, wakeBoundMs } from '../../settings.js'
import type { Course } from '../course.js'
import type { Fault } from '../fault.js'
import { type Wake, wakesOf } from '../wakes.js'
import type { Rule } from './rule.js'

/**
 * A wake-up comes within its bound after its due time, or after the last disturbance. One that is late only because
 * runs took workers down, and by more than their being set aside can take, has starved.
 */
export const lateWakes: Rule = (evidence, course) =>
  wakesOf(evidence).flatMap((wake) => {
    const fault = judgeWake(wake, course)
    return fault === undefined ? [] : [{ about: evidence.executionId, ...fault }]
  })

function judgeWake(
  { what, dueAt, doneAt }: Wake,
  { disturbances }: Course,
): Omit<Fault, 'about'> | undefined {
  const lateMs = disturbances.overdueMs(dueAt, doneAt, 'all')
  if (lateMs > wakeBoundMs) return { column: 'late', text: `${what} ${lateMs} ms after it was due, in peace` }
  const heldUpMs = disturbances.overdueMs(dueAt, doneAt, 'not deaths')
  if (heldUpMs <= starvationBoundMs) return undefined
  return { column: 'starved', text: `${what} ${heldUpMs} ms after it was due, held up by poison` }
}
