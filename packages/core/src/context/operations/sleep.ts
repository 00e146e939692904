import { type Duration, toMs } from '../../duration.js'
import { ValidationError } from '../../errors.js'
import type { Pass } from '../pass.js'
import type { Scope } from '../scope.js'

const kind = { type: 'WAIT', subType: 'Wait' } as const

/** A timer: its end is recorded when it is first called, so a crash does not start it again. */
export function sleep(pass: Pass, scope: Scope, name: string, duration: Duration): Promise<void> {
  const { minWaitMs, maxWaitMs } = pass.journal.capabilities.limits
  const delayMs = toMs(duration, 'duration', { minMs: 0, maxMs: maxWaitMs })
  return waitUntil(
    pass,
    scope,
    name,
    () => pass.journal.now() + Math.max(delayMs, delayMs === 0 ? 0 : minWaitMs),
  )
}

/** A timer that ends at an instant. One that has passed ends at once, and is recorded all the same. */
export function sleepUntil(pass: Pass, scope: Scope, name: string, date: Date | number): Promise<void> {
  const at = typeof date === 'number' ? date : date instanceof Date ? date.getTime() : Number.NaN
  if (Number.isNaN(at) || !Number.isFinite(at)) {
    throw new ValidationError({
      field: 'date',
      value: date,
      limit: 'a valid Date or milliseconds since the epoch',
    })
  }
  const { maxWaitMs } = pass.journal.capabilities.limits
  // By the recorded time: a replay, however much later, must refuse what was refused.
  if (at - pass.latestAt > maxWaitMs) {
    throw new ValidationError({ field: 'date', value: date, limit: `at most ${maxWaitMs} ms from now` })
  }
  return waitUntil(pass, scope, name, () => Math.ceil(at))
}

function waitUntil(pass: Pass, scope: Scope, name: string, endsAt: () => number): Promise<void> {
  const { operation, recorded, isLive } = pass.open<void>(scope, name, kind, () => undefined)
  if (isLive && recorded === undefined) {
    pass.whenRunnable(operation, () => pass.record(operation.update('START', { dueAt: endsAt() })))
  }
  return operation.promise
}
