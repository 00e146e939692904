import { NonDeterministicError } from '../errors.js'
import { eventSubType, type RunFacts } from '../journal.js'
import type { OperationRecord } from '../records.js'
import type { OpenOperation } from './open-operation.js'

/** What is said when code and journal do not fit: each says what was found, and what to change. */

/** The journal holds another kind of operation under this identity; undefined if it fits. */
export function kindMismatch(
  operation: OpenOperation,
  recorded: OperationRecord,
  { executionId }: RunFacts,
): NonDeterministicError | undefined {
  const { type, subType } = operation.kind
  if (recorded.type === type && recorded.subType === subType) return undefined
  const { operationId, path } = operation.identity
  return new NonDeterministicError({
    executionId,
    operationId,
    path: path.readable,
    expected: `${recorded.type} (${recorded.subType}) "${recorded.name}"`,
    actual: `${type} (${subType}) "${operation.name}"`,
  })
}

/** Operations that the journal holds and the code, now at its end or waiting for something else, never called. */
export function unvisitedMessage(
  unvisited: readonly OperationRecord[],
  code: 'ended' | 'waits',
): string | undefined {
  const missing = unvisited.filter(({ type, status }) => type !== 'EXECUTION' && status !== 'CANCELLED')
  if (missing.length === 0) return undefined
  const names = missing.map(({ name, type }) => `${type} "${name}"`).join(', ')
  const has = code === 'ended' ? 'has ended without calling' : 'waits, and has not called'
  return `The code ${has} what the journal holds: ${names}. Was it renamed or removed?`
}

/** The name of an operation is given to another one while the earlier is open. */
export function repetitionMessage(operation: OpenOperation, earlier: OpenOperation): string {
  const { name } = operation
  const [first, second] = [earlier.identity.path.readable, operation.identity.path.readable]
  if (operation.kind.subType === eventSubType)
    return (
      `The event "${name}" is waited for as "${second}" while "${first}" is open and waits for it too: "${first}", which ` +
      'was called before, takes the next event. A wait that has lost a Promise.race stays open: keep its promise, and ' +
      'race that again.'
    )
  return (
    `"${name}" is called again while an earlier "${name}" is open, and after an await: which of them is "${first}" and ` +
    `which "${second}" may differ on replay if the code changes. Give them different names.`
  )
}

/** User code went on by itself, although everything durable that it had asked for was still to come. */
export function strayMessage(executionId: string): string {
  return (
    `Execution ${executionId} was suspended and its code has gone on: it awaited something that is not durable, which ` +
    'no crash or deploy would bring back. Await only what ctx returns, and do everything else inside of ctx.step.'
  )
}

/** User code waits for something that no journal knows of: no crash, suspension or replay will bring it back. */
export function notDurableMessage(executionId: string, watchdogMs: number): string {
  return (
    `Execution ${executionId} has waited for ${watchdogMs} ms on something that is not durable: await only what ctx ` +
    'returns, and do everything else inside of ctx.step.'
  )
}

/** The body of a step runs, and has run for long. */
export function longBodyMessage(step: string, executionId: string, sinceMs: number): string {
  return (
    `The body of step "${step}" of execution ${executionId} has been running for more than ${Math.round(sinceMs / 1_000)} s, ` +
    'and its run keeps a slot of its worker. If it hangs, give the step an attemptTimeout, and hand step.signal to what it waits for.'
  )
}

/** The context of a step has ended, and its body does not. */
export function abandonedMessage(step: string, executionId: string, graceMs: number): string {
  return (
    `The body of step "${step}" of execution ${executionId} still runs ${graceMs} ms after its context has ended. It is not ` +
    'awaited any longer, and what comes of it is dropped. Hand step.signal to what it waits for.'
  )
}
