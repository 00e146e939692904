import type { ExecutionStatus } from '@perdure/core'
import type { RunKind } from '../workflows/run-kind.js'

/** What a client asks of an execution. */
export type ClientAction = 'start' | 'event' | 'cancel' | 'terminate' | 'pause' | 'resume'

/**
 * What happened to one execution, as seen by whoever it happened to: a client that was acknowledged, code that was
 * told, a body that had its effect. The log is the outside world: it knows nothing of the store.
 */
export type RunEvent =
  /** A client is about to ask; without an `answered` nobody knows whether it was heard. */
  | {
      readonly kind: 'asked'
      readonly callId: string
      readonly action: ClientAction
      /** Which run its handle names; undefined for a start. */
      readonly runNo?: number
      readonly eventId?: string
      /** When it is to take effect, if not at once. */
      readonly dueAt?: number
    }
  | {
      readonly kind: 'answered'
      readonly callId: string
      readonly accepted: boolean
      readonly runNo?: number
      /** Why it was not. */
      readonly code?: string
    }
  | { readonly kind: 'awaited'; readonly waitId: string; readonly runNo: number }
  | {
      readonly kind: 'returned'
      readonly waitId: string
      readonly status: ExecutionStatus
      /** As JSON: what two clients got is compared. */
      readonly value?: string
    }
  /** A client was told to end while it still waited. */
  | { readonly kind: 'unreturned'; readonly waitId: string }
  /** The workflow function was called: each pass does so. */
  | { readonly kind: 'entered'; readonly runNo: number; readonly as: RunKind }
  | {
      readonly kind: 'began'
      readonly runNo: number
      readonly operationId: string
      readonly attempt: number
      readonly atMostOnce: boolean
    }
  /** The body of a step has its value and is about to return it. */
  | { readonly kind: 'did'; readonly runNo: number; readonly operationId: string; readonly value: string }
  /** User code was given the outcome of an operation: from now on it is durable. */
  | {
      readonly kind: 'told'
      readonly runNo: number
      /** Names the operation in its run. */
      readonly operation: string
      /** Of steps alone. */
      readonly operationId?: string
      readonly value: string
    }
  /** A wait gave this event to user code. */
  | { readonly kind: 'took'; readonly runNo: number; readonly operation: string; readonly eventId: string }
  /** A sleep is over. */
  | { readonly kind: 'woke'; readonly runNo: number; readonly operation: string }
  | { readonly kind: 'damaged'; readonly how: string }

/** What happened to the fleet. */
export type FleetEvent =
  | { readonly kind: 'up'; readonly name: string }
  /** We killed it. */
  | { readonly kind: 'killed'; readonly name: string }
  | { readonly kind: 'frozen'; readonly name: string }
  | { readonly kind: 'thawed'; readonly name: string }
  /** Its calls of the store are held up. */
  | { readonly kind: 'unplugged'; readonly name: string }
  | { readonly kind: 'plugged'; readonly name: string }
  /** It ended because the body of a run ended it. */
  | { readonly kind: 'poisoned'; readonly name: string }
  /** It ended and nobody had asked it to. */
  | { readonly kind: 'died'; readonly name: string; readonly why: string }
  /** The machine gave this process no time for so long. */
  | { readonly kind: 'stalled'; readonly forMs: number }
  /** The last client has been told to end. */
  | { readonly kind: 'closed' }

/** Who wrote the line, and when. `by` names one life of a process: `worker-1.3` is its third. */
export interface Stamp {
  readonly at: number
  readonly by: string
}

export type RunLine = Stamp & RunEvent & { readonly executionId: string }
export type FleetLine = Stamp & FleetEvent
export type LogLine = RunLine | FleetLine

export function isRunLine(line: LogLine): line is RunLine {
  return 'executionId' in line
}
