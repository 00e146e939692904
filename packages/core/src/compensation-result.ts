import type { ErrorObject } from './error-object.js'
import type { RetryPolicy } from './retry-policy.js'
import type { StepContext } from './step-context.js'

/** A compensation that `ctx.registerCompensation` puts on the stack. */
export type CompensationDescriptor = HandlerDescriptor | FunctionDescriptor

/**
 * Runs a handler that is registered with the engine. Kept whole in the journal: needs no code of the
 * workflow.
 */
export interface HandlerDescriptor extends CompensationDescriptorBase {
  /** The name under which the handler is registered. */
  readonly handler: string
  /** What the handler is given. */
  readonly args?: unknown
}

/** Runs a function of the workflow; a replay registers it again. */
export interface FunctionDescriptor extends CompensationDescriptorBase {
  readonly run: (step: StepContext) => unknown
}

interface CompensationDescriptorBase {
  readonly name: string
  /** When a failed attempt is tried again. @default one attempt, no retry */
  readonly retry?: RetryPolicy
}

/** A compensation on the stack, as `ctx.compensations` shows it. */
export interface RegisteredCompensation {
  /** The operation that it undoes. */
  readonly operationId: string
  readonly name: string
  /** Missing where the compensation is a function of the workflow. */
  readonly handler?: string
}

/** What became of a rollback. */
export interface CompensationResult {
  /** In the order in which they ran: last registered first. */
  readonly items: readonly CompensationItem[]
  /** True also if nothing was registered. */
  readonly allSucceeded: boolean
}

/** What became of one compensation. */
export interface CompensationItem {
  readonly name: string
  /** The operation that was undone. */
  readonly operationId: string
  readonly status: 'SUCCEEDED' | 'FAILED' | 'SKIPPED'
  readonly attempts: number
  /** Present if `FAILED`. */
  readonly error?: ErrorObject
}
