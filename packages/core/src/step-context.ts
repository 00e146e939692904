import type { HttpClient } from './http-client.js'
import type { KeyValueStore } from './key-value-store.js'
import type { Logger } from './logger.js'

/**
 * What the body of a step is given. A body may do anything (network, disk, clock, chance) except call the
 * durable context: only what it returns or throws is kept.
 *
 * @example
 * ```ts
 * import { defineWorkflow } from '@perdure/core'
 *
 * export const charge = defineWorkflow({ name: 'charge' }, async (ctx, order: { cents: number }) =>
 *   ctx.step('pay', async (step) => {
 *     const response = await fetch('https://pay.example/charges', {
 *       method: 'POST',
 *       headers: { 'idempotency-key': step.idempotencyKey },
 *       body: JSON.stringify(order),
 *       signal: step.signal,
 *     })
 *     if (!response.ok) throw new Error(`attempt ${step.attempt} was answered ${response.status}`)
 *     return response.text()
 *   }),
 * )
 * ```
 */
export interface StepContext {
  /** 1 for the first attempt. It goes on counting after a crash. */
  readonly attempt: number
  /**
   * The same in every attempt of this step, different in every other step and run:
   * `executionId/runNo/operationId`. An attempt that crashed may have taken effect already; a receiver that
   * knows the key does the work once.
   */
  readonly idempotencyKey: string
  /**
   * Aborts when the attempt times out, when the execution ends or is cancelled, when the worker stops, and
   * when the worker may no longer own the execution. Hand it to everything that can be called off.
   */
  readonly signal: AbortSignal
  readonly operationId: string
  /** The name that the workflow gave to the step. */
  readonly name: string
  readonly executionId: string
  /** Carries execution, step and attempt on every line. A body runs for real, so nothing is suppressed. */
  readonly logger: Logger
  /**
   * Says that the attempt is alive and how far it has come. The newest details are handed to the next
   * attempt, also after a crash. Resolves when they are durable; calls made meanwhile are folded into one
   * write.
   *
   * @throws SerializationError if `details` cannot be kept
   * @throws UnsupportedOperationError where the adapter's manifest lacks `heartbeats`
   */
  heartbeat(details?: unknown): Promise<void>
  /**
   * What the attempt before this one last gave to {@link heartbeat}; `undefined` in a first attempt.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `heartbeats`
   */
  readonly lastHeartbeatDetails: unknown
  /**
   * An HTTP client with timeouts and a circuit breaker, shared by the steps of the process.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `http`
   */
  readonly http: HttpClient
  /**
   * Durable keys and values of the namespace, shared by its executions. Not part of the step's outcome: a
   * write is there at once and stays if the step fails.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `kv`
   */
  readonly kv: KeyValueStore
}
