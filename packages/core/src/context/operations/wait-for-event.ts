import { toMs } from '../../duration.js'
import { EventTimeoutError, ValidationError } from '../../errors.js'
import type { WaitForEventOptions } from '../../event-options.js'
import { eventSubType } from '../../journal.js'
import { checkOptions } from '../../names.js'
import type { OperationRecord } from '../../records.js'
import { validateWithSchema } from '../../standard-schema.js'
import type { Pass } from '../pass.js'
import type { Scope } from '../scope.js'

const kind = { type: 'CALLBACK', subType: eventSubType } as const

/**
 * Wait for an event by name. An event that was sent before is taken from the inbox; one event ends one wait, the one
 * that was opened first. Whether the event or the timeout came first is decided once, and recorded.
 */
export function waitForEvent<T>(
  pass: Pass,
  scope: Scope,
  name: string,
  options: WaitForEventOptions = {},
): Promise<T | undefined> {
  checkOptions(options, ['timeout', 'onTimeout'], 'options')
  const { timeout, onTimeout = 'throw' } = options
  if (onTimeout !== 'throw' && onTimeout !== 'undefined') {
    throw new ValidationError({
      field: 'options.onTimeout',
      value: onTimeout,
      limit: "'throw' or 'undefined'",
    })
  }
  const { maxWaitMs } = pass.journal.capabilities.limits
  const timeoutMs = timeout === undefined ? undefined : toMs(timeout, 'options.timeout', { maxMs: maxWaitMs })
  const read = (settled: OperationRecord): T | undefined | Promise<T | undefined> => {
    // The sender gave the payload: what it is, is for the workflow (or its schema) to say.
    if (settled.status === 'SUCCEEDED') return readPayload(pass, name, settled) as T | Promise<T>
    if (onTimeout === 'undefined') return undefined
    const { executionId } = pass.journal.run
    throw new EventTimeoutError(
      `Execution ${executionId} waited for the event "${name}" for ${timeoutMs ?? '?'} ms and it did not come.`,
      { executionId, operationId: settled.operationId, name, timeoutMs },
    )
  }
  const { operation, recorded, isLive } = pass.open<T | undefined>(scope, name, kind, read)
  if (isLive && recorded === undefined) {
    pass.whenRunnable(operation, () => {
      const dueAt = timeoutMs === undefined ? null : pass.journal.now() + timeoutMs
      pass.record(operation.update('START', { dueAt }))
    })
  }
  return operation.promise
}

function readPayload(pass: Pass, name: string, settled: OperationRecord): unknown {
  const payload = pass.values.read(settled.value, `event "${name}"`)
  const schema = Object.hasOwn(pass.events, name) ? pass.events[name] : undefined
  if (schema === undefined) return payload
  return Promise.resolve(payload).then((value) => validateWithSchema(schema, value, `event "${name}"`))
}
