import type { Course } from '../course.js'
import type { Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'

/** Finds one kind of fault in what is known of an execution. */
export type Rule = (evidence: Evidence, course: Course) => readonly Fault[]
