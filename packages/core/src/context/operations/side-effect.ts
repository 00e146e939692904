import { toErrorObject } from '../../error-object.js'
import { ValidationError } from '../../errors.js'
import type { OperationRecord } from '../../records.js'
import { runInPlace } from '../async-zone.js'
import type { Pass } from '../pass.js'
import type { Scope } from '../scope.js'

const kind = { type: 'STEP', subType: 'SideEffect' } as const

/**
 * A value that the workflow cannot compute again, recorded when it is first asked for: a step without retries whose
 * body is synchronous and touches nothing outside. Its own error is thrown as it is.
 */
export function sideEffect<T>(pass: Pass, scope: Scope, name: string, produce: () => T): Promise<T> {
  if (typeof produce !== 'function')
    throw new ValidationError({ field: 'fn', value: produce, limit: 'a function' })
  const read = (settled: OperationRecord): T | Promise<T> => {
    // What was produced was encoded as this value.
    if (settled.status === 'SUCCEEDED') return pass.values.read(settled.value, `side effect "${name}"`) as T
    return pass.values.throwError(settled, `error of side effect "${name}"`, undefined, (error) => error)
  }
  const { operation, isLive } = pass.open<T>(scope, name, kind, read)
  if (isLive) pass.whenRunnable(operation, () => void produceOnce())
  return operation.promise

  async function produceOnce(): Promise<void> {
    const body = { abort: () => {} }
    pass.enter(scope, body)
    try {
      const produced = runInPlace(scope.place.inStep(name, operation.identity.path), produce)
      const { encoded, outcome } = await pass.values.write(produced, `side effect "${name}"`)
      operation.outcome = outcome
      pass.record(operation.update('SUCCEED', { value: encoded }))
    } catch (thrown) {
      const error = await pass.values.writeError(toErrorObject(thrown))
      pass.record(operation.update('FAIL', { error }))
    } finally {
      pass.leave(scope, body)
    }
  }
}
