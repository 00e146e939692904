import { type Reason, saying } from '../encoded-error.js'
import type { CompensationOutcome } from '../statuses.js'
import type { Ending } from './end-run.js'

/** How a run ends that others have ended: asked to stop, ended at once, or out of time. */
export type AskedEnding = 'CANCELLED' | 'TERMINATED' | 'TIMED_OUT'

/**
 * The one place that says how such an end reads, whoever decides on it and whenever: the holder, a request, a deadline.
 * `compensationOutcome`: `SKIPPED` where the run ends without its code.
 */
export function endingOf(
  status: AskedEnding,
  reason: Reason | null,
  compensationOutcome: CompensationOutcome | null,
): Ending {
  const { name, code, message } = words[status]
  const error = { name, code, ...saying(reason ?? message), durable: true } as const
  return { status, output: null, error, compensationOutcome }
}

const words = {
  CANCELLED: { name: 'ExecutionCancelledError', code: 'EXECUTION_CANCELLED', message: 'cancelled' },
  TERMINATED: { name: 'ExecutionTerminatedError', code: 'EXECUTION_TERMINATED', message: 'terminated' },
  TIMED_OUT: {
    name: 'ExecutionTimedOutError',
    code: 'EXECUTION_TIMED_OUT',
    message: 'the timeout has passed',
  },
} as const satisfies Record<AskedEnding, unknown>
