import { CancelledError } from '../errors.js'
import type { OperationUpdate } from '../journal.js'
import type { OperationRecord } from '../records.js'
import type { OperationType } from '../statuses.js'
import type { Identity, Scope } from './scope.js'
import { isUnreadable, type UnreadableValue } from './unreadable-value.js'

/** What kind of operation a call asks for. */
export interface OperationKind {
  readonly type: OperationType
  readonly subType: string
}

/** How the outcome of an operation becomes a value, or an error that is thrown. */
export type ReadOutcome<T> = (settled: OperationRecord) => T | Promise<T>

/**
 * An operation that the code has called and that has not been delivered. Its promise has a handler from the start, so
 * that a failure nobody awaits never kills the process.
 */
export class OpenOperation<T = unknown> {
  readonly scope: Scope
  readonly name: string
  readonly kind: OperationKind
  readonly identity: Identity
  readonly promise: Promise<T>
  /** In which turn of the user code it was called, to tell a repeated name from a loop. */
  readonly turnNo: number
  /** Already rejected because the execution is being cancelled; what comes of it is recorded and not delivered. */
  isDetached = false
  /** Called with every change that is not final. */
  onChange: ((operation: OperationRecord) => void) | undefined
  /** The outcome as this pass produced it: what the record would be read as. */
  outcome: { readonly value: T } | undefined
  readonly #read: ReadOutcome<T>
  /** A body of it runs, so that it ends by its own outcome and not by a CANCEL. */
  isBodyRunning = false
  /** User code has been told how it ended, or that nobody will tell. */
  #isTold = false
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void

  constructor(
    scope: Scope,
    name: string,
    kind: OperationKind,
    identity: Identity,
    turnNo: number,
    read: ReadOutcome<T>,
  ) {
    this.scope = scope
    this.name = name
    this.kind = kind
    this.identity = identity
    this.turnNo = turnNo
    this.#read = read
    this.promise = new Promise<T>((resolve, reject) => {
      // A read outcome is a T: `unknown` keeps the class covariant, so that all kinds fit into one map.
      this.#resolve = resolve as (value: unknown) => void
      this.#reject = reject
    })
    this.promise.catch(() => {})
  }

  /** An update of this operation, to be given to the journal. */
  update(action: OperationUpdate['action'], change: Partial<OperationUpdate> = {}): OperationUpdate {
    return {
      operationId: this.identity.operationId,
      parentId: this.identity.parentId,
      name: this.name,
      occurrence: this.identity.occurrence,
      type: this.kind.type,
      subType: this.kind.subType,
      action,
      ...change,
    }
  }

  /**
   * Deliver the outcome. The promise that may come back settles once it could be read. A value that cannot be read is
   * given to `refuse`, and the operation stays as it is.
   */
  settle(
    settled: OperationRecord,
    refuse: (unreadable: UnreadableValue) => void,
  ): Promise<unknown> | undefined {
    this.#isTold = true
    if (this.outcome !== undefined) {
      this.#resolve(this.outcome.value)
      return undefined
    }
    const fail = (error: unknown): void => {
      if (!isUnreadable(error)) return this.#reject(error)
      this.#isTold = false
      refuse(error)
    }
    if (settled.status === 'CANCELLED') {
      this.#reject(this.#cancelled())
      return undefined
    }
    try {
      const value = this.#read(settled)
      if (!(value instanceof Promise)) {
        this.#resolve(value)
        return undefined
      }
      return value.then(this.#resolve, fail)
    } catch (error) {
      fail(error)
      return undefined
    }
  }

  /** Nobody will tell user code how it ended. */
  reject(error: unknown): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#reject(error)
  }

  #cancelled(): CancelledError {
    const { run } = this.scope.place
    const { operationId, path } = this.identity
    return new CancelledError(`"${path.readable}" of execution ${run.executionId} was cancelled.`, {
      executionId: run.executionId,
      operationId,
      name: this.name,
    })
  }
}
