import type { StepContext } from '@perdure/core'
import fc, { type Arbitrary } from 'fast-check'
import type { Bodies } from './bodies.js'

/** What the body of a step does. */
export interface BodyPlan {
  /** So many of the first attempts fail. */
  readonly failures: number
  readonly fails: 'throws' | 'hangs'
  /** `now`: it returns no promise; `soon`: it awaits something that is there; `later`: it waits for the outside. */
  readonly ends: 'now' | 'soon' | 'later'
}

export function bodyPlan(): Arbitrary<BodyPlan> {
  return fc.record({
    failures: fc.oneof(
      { arbitrary: fc.constant(0), weight: 5 },
      { arbitrary: fc.integer({ min: 1, max: 3 }), weight: 2 },
    ),
    fails: fc.oneof(
      { arbitrary: fc.constant('throws' as const), weight: 4 },
      { arbitrary: fc.constant('hangs' as const), weight: 1 },
    ),
    ends: fc.oneof(
      { arbitrary: fc.constant('now' as const), weight: 3 },
      { arbitrary: fc.constant('soon' as const), weight: 2 },
      { arbitrary: fc.constant('later' as const), weight: 1 },
    ),
  })
}

/** A body that does what the plan says, as a function of operation and attempt. */
export function bodyOf(bodies: Bodies, key: string, plan: BodyPlan): (step: StepContext) => unknown {
  const { failures, fails, ends } = plan
  return (step) => {
    // One that failed would have its step ask when to try again.
    if (!bodies.begin(key, step)) return new Promise(() => {})
    const isFailing = step.attempt <= failures
    if (isFailing && fails === 'hangs') return bodies.hang()
    const end = (): unknown => {
      if (isFailing) throw new Error(`${key} fails in attempt ${step.attempt}`)
      return { value: bodies.valueOf(step.operationId), by: bodies.made() }
    }
    if (ends === 'now') return end()
    // Where attempts are timed, waiting for the outside could be one timeout more.
    return (ends === 'later' && !isTimed(plan) ? bodies.gate() : Promise.resolve()).then(end)
  }
}

/** Whether an attempt needs a timeout to end. */
export function isTimed({ failures, fails }: BodyPlan): boolean {
  return failures > 0 && fails === 'hangs'
}

export function printBody({ failures, fails, ends }: BodyPlan): string {
  const failing = failures === 0 ? '' : `, ${fails} ${failures === 1 ? 'once' : `${failures} times`}`
  return `ends ${ends}${failing}`
}
