import type { ChildContextOptions } from '../../child-context-options.js'
import { toErrorObject } from '../../error-object.js'
import { ChildContextError } from '../../errors.js'
import { checkOptions } from '../../names.js'
import type { OperationRecord } from '../../records.js'
import { runInPlace } from '../async-zone.js'
import { findUncaughtMisuse } from '../misuse.js'
import type { OpenOperation } from '../open-operation.js'
import type { Pass } from '../pass.js'
import type { Scope } from '../scope.js'

const kind = { type: 'CONTEXT', subType: 'RunInChildContext' } as const

/**
 * A group of operations with identities of its own, recorded as one: once it has ended, its outcome answers from the
 * journal and nothing in it is loaded or run again.
 */
export function childContext<T>(
  pass: Pass,
  scope: Scope,
  name: string,
  body: (inner: Scope) => T | Promise<T>,
  options: ChildContextOptions = {},
): Promise<T> {
  checkOptions(options, ['codec', 'id'], 'options')
  const read = (settled: OperationRecord): T | Promise<T> => {
    // What the function returned was encoded as this value.
    if (settled.status === 'SUCCEEDED')
      return pass.values.read(settled.value, `result of "${name}"`, options.codec) as T
    const { executionId } = pass.journal.run
    return pass.values.throwError(settled, `error of "${name}"`, options.codec, (cause) => {
      return new ChildContextError(
        `Child context "${name}" of execution ${executionId} failed: ${cause.message}`,
        { executionId, operationId: settled.operationId, name },
        { cause },
      )
    })
  }
  const { operation, recorded, isLive } = pass.open<T>(scope, name, kind, read, options.id)
  if (!isLive) return operation.promise
  if (recorded === undefined) pass.record(operation.update('START'))
  void run(pass, operation, body, options)
  return operation.promise
}

async function run<T>(
  pass: Pass,
  operation: OpenOperation<T>,
  body: (inner: Scope) => T | Promise<T>,
  options: ChildContextOptions,
): Promise<void> {
  const inner = operation.scope.enter(operation.identity.path)
  let record: () => void
  try {
    const value = await runInPlace(inner.place, () => body(inner))
    // Nobody waits for it any more.
    if (pass.isDropped || operation.scope.isClosed) return
    const writing = pass.values.write(value, `result of "${operation.name}"`, options.codec)
    const written = writing instanceof Promise ? await pass.during(inner, writing) : writing
    record = () => {
      operation.outcome = written.outcome
      pass.record(operation.update('SUCCEED', { value: written.encoded, ...inner.marks }))
    }
  } catch (thrown) {
    const misuse = findUncaughtMisuse(thrown)
    if (misuse !== undefined) return pass.blockForMisuse(misuse)
    const writing = pass.values.writeError(toErrorObject(thrown), options.codec)
    const error = writing instanceof Promise ? await pass.during(inner, writing) : writing
    record = () => pass.record(operation.update('FAIL', { error, ...inner.marks }))
  }
  if (pass.isDropped || operation.scope.isClosed) return
  pass.close(inner, () => {
    operation.scope.children.delete(inner)
    // If the context around it has ended meanwhile, it was cancelled with that.
    if (!operation.scope.isClosed) record()
  })
}
