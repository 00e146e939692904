import { ContextEndedError, DurableCallInStepError, type DurableError, OuterContextError } from '../errors.js'
import { findCause } from '../find-cause.js'
import { currentPlace } from './async-zone.js'
import type { Place } from './place.js'
import type { Scope } from './scope.js'

/**
 * Refuses what a replay could not repeat. The body of a step is not run again, nor is a child context that has ended:
 * what is called in there of the context around it, a replay would not call, and whatever follows would be taken for
 * something else.
 *
 * @throws DurableCallInStepError, OuterContextError, ContextEndedError
 */
export function refuseMisuse(name: string, { place, isClosed }: Scope): void {
  const current = currentPlace()
  if (current?.step !== undefined) throw insideBody(name, current.step, place)
  const inner = current === undefined || current === place ? undefined : openChild(current, place)
  if (inner !== undefined) throw outerContext(name, inner, place)
  if (isClosed) throw ended(name, place)
}

/** The open context inside of `outer` that code at this place is in. */
function openChild(place: Place, outer: Place): Place | undefined {
  let innermostOpen: Place | undefined
  for (let each: Place | null = place; each !== null; each = each.parent) {
    if (each === outer) return innermostOpen
    if (each.isOpen) innermostOpen ??= each
  }
  return undefined
}

/**
 * The misuse that ended a function: thrown as it is, or as what something else came of. What is said of it is what the
 * library said, since an error around it may quote what only the codec may keep.
 */
export function findUncaughtMisuse(error: unknown): DurableError<'OUTER_CONTEXT'> | undefined {
  return findCause(error, 'OUTER_CONTEXT')
}

function insideBody(name: string, step: string, { run: { executionId } }: Place): DurableCallInStepError {
  return new DurableCallInStepError(
    `"${name}" was called inside of step "${step}": the body of a step is not replayed, so nothing durable can be ` +
      'called in it. Call it in the workflow, or group both in ctx.runInChildContext.',
    { step, name, executionId },
  )
}

function outerContext(name: string, inner: Place, outer: Place): OuterContextError {
  const { executionId } = outer.run
  return new OuterContextError(
    `"${name}" was called on ${nameOf(outer)} of execution ${executionId} by code that runs in its child context ` +
      `"${inner.path.readable}", which a replay does not run again once it has ended. Call it on the context that the ` +
      'function of runInChildContext is given.',
    { executionId, name, inner: inner.path.readable, outer: outer.path.readable },
  )
}

function ended(name: string, { run: { executionId }, path }: Place): ContextEndedError {
  const what =
    path.operationId === null ? `execution ${executionId}` : `"${path.readable}" of execution ${executionId}`
  return new ContextEndedError(
    `"${name}" was called on the context of ${what}, which has ended: nothing starts in it any more. Await everything ` +
      'that uses a context before its function returns.',
    { executionId, name, context: path.readable },
  )
}

function nameOf({ path }: Place): string {
  return path.operationId === null ? 'the context' : `the context "${path.readable}"`
}
