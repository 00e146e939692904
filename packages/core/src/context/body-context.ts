import { stepCapabilityOf } from '../capability-of.js'
import { UnsupportedOperationError } from '../errors.js'
import type { HttpClient } from '../http-client.js'
import type { KeyValueStore } from '../key-value-store.js'
import type { Logger } from '../logger.js'
import { idempotencyKey } from '../operation-id.js'
import type { StepContext } from '../step-context.js'
import { LazySignal } from './lazy-signal.js'
import type { OpenOperation } from './open-operation.js'
import type { Pass } from './pass.js'
import { withFields } from './pass-logger.js'
import type { Place } from './place.js'

/** What one attempt of a step is handed. Made for each body, so whatever costs something is made when it is asked for. */
export class BodyContext implements StepContext {
  readonly attempt: number
  readonly #pass: Pass
  readonly #operation: OpenOperation
  readonly #signal: LazySignal

  constructor(pass: Pass, operation: OpenOperation, attempt: number, place: Place) {
    this.#pass = pass
    this.#operation = operation
    this.attempt = attempt
    this.#signal = new LazySignal(place)
  }

  get operationId(): string {
    return this.#operation.identity.operationId
  }

  get name(): string {
    return this.#operation.name
  }

  get executionId(): string {
    return this.#pass.journal.run.executionId
  }

  get idempotencyKey(): string {
    const { executionId, runNo } = this.#pass.journal.run
    return idempotencyKey(executionId, runNo, this.operationId)
  }

  get signal(): AbortSignal {
    return this.#signal.signal
  }

  get logger(): Logger {
    const { executionId, operationId, name, attempt } = this
    return withFields(this.#pass.userLogger, { executionId, operationId, step: name, attempt })
  }

  heartbeat(): Promise<void> {
    return Promise.reject(this.#unsupported('heartbeat'))
  }

  get lastHeartbeatDetails(): unknown {
    throw this.#unsupported('lastHeartbeatDetails')
  }

  get http(): HttpClient {
    throw this.#unsupported('http')
  }

  get kv(): KeyValueStore {
    throw this.#unsupported('kv')
  }

  abort(reason: () => unknown): void {
    this.#signal.abort(reason)
  }

  #unsupported(member: keyof typeof stepCapabilityOf): UnsupportedOperationError {
    const { adapter } = this.#pass.journal.capabilities
    return new UnsupportedOperationError({ adapter, capability: stepCapabilityOf[member] })
  }
}
