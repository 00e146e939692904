import {
  type Capabilities,
  type DurableError,
  type ExecutionStatus,
  isDurableError,
  UnsupportedOperationError,
} from '@perdure/core'
import type { HistoryEvent } from '@perdure/engine'
import type { ContextDriver, DriverStatus } from './context-driver.js'

/** Where executions are launched. */
export interface LaunchPlace {
  readonly driver: ContextDriver
  readonly capabilities: Capabilities
  settle(): Promise<void>
}

/** One execution, seen from outside. */
export class Launched<Output> {
  readonly executionId: string
  readonly #place: LaunchPlace

  constructor(place: LaunchPlace, executionId: string) {
    this.#place = place
    this.executionId = executionId
  }

  async result(): Promise<Output> {
    await this.#place.settle()
    // The handler that the execution was launched with returns an Output.
    return (await this.#driver.result(this.executionId)) as Output
  }

  /** The error that `result` rejects with. */
  async failure(): Promise<DurableError & { readonly cause?: unknown }> {
    let output: unknown
    try {
      output = await this.result()
    } catch (error) {
      if (isDurableError(error)) return error
      throw error
    }
    throw new Error(`Execution ${this.executionId} completed with ${JSON.stringify(output)}`)
  }

  async status(): Promise<ExecutionStatus> {
    return (await this.describe()).status
  }

  describe(): Promise<DriverStatus> {
    return this.#driver.status(this.executionId)
  }

  /** Sends an event and settles. */
  async send(name: string, payload?: unknown, dedupeId?: string): Promise<void> {
    await this.#driver.sendEvent(this.executionId, name, payload, dedupeId)
    await this.#place.settle()
  }

  /** Cancels and settles. */
  async cancel(reason?: string): Promise<boolean> {
    if (this.#driver.cancel === undefined) throw this.#lacking('cancel')
    const accepted = await this.#driver.cancel(this.executionId, reason)
    await this.#place.settle()
    return accepted
  }

  /** Terminates and settles. */
  async terminate(reason?: string): Promise<boolean> {
    if (this.#driver.terminate === undefined) throw this.#lacking('cancel')
    const accepted = await this.#driver.terminate(this.executionId, reason)
    await this.#place.settle()
    return accepted
  }

  history(): Promise<readonly HistoryEvent[]> {
    return this.#driver.history(this.executionId)
  }

  /** How each operation that has ended did so, by the order in which they ended: `name STATUS`. */
  async ended(): Promise<readonly string[]> {
    const events = await this.history()
    return events.flatMap((event) =>
      event.kind === 'OperationEnded' ? [`${event.name} ${event.status}`] : [],
    )
  }

  /** The names of the operations that were recorded as started. */
  async started(): Promise<readonly string[]> {
    const events = await this.history()
    return events.flatMap((event) => (event.kind === 'OperationStarted' ? [event.name] : []))
  }

  /** The typed refusal that the execution failed of, if it did. */
  async refusal(): Promise<UnsupportedOperationError | undefined> {
    if ((await this.status()) !== 'FAILED') return undefined
    const outcome: unknown = await this.#driver.result(this.executionId).catch((error: unknown) => error)
    for (let error = outcome; error instanceof Error; error = error.cause) {
      // Branded errors of this code are made by this class only.
      if (isDurableError(error, 'UNSUPPORTED_OPERATION')) return error as UnsupportedOperationError
    }
    return undefined
  }

  get #driver(): ContextDriver {
    return this.#place.driver
  }

  #lacking(capability: string): UnsupportedOperationError {
    return new UnsupportedOperationError({ adapter: this.#place.capabilities.adapter, capability })
  }
}
