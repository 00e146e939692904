import type { ErrorObject } from './error-object.js'

/** Why a batch ended. */
export type CompletionReason = 'ALL_COMPLETED' | 'MIN_SUCCESSFUL_REACHED' | 'FAILURE_TOLERANCE_EXCEEDED'

/** Where a branch stood when its batch ended. */
export type BatchItemStatus = BatchItem<unknown>['status']

/** One branch of a batch. */
export type BatchItem<T> = SucceededItem<T> | FailedItem | UnfinishedItem

interface BatchItemBase {
  /** Its place in the input, from 0. */
  readonly index: number
  readonly name: string
}

export interface SucceededItem<T> extends BatchItemBase {
  readonly status: 'SUCCEEDED'
  readonly result: T
}

export interface FailedItem extends BatchItemBase {
  readonly status: 'FAILED'
  readonly error: ErrorObject
}

/**
 * A branch that the batch no longer needed: `STARTED` if it had not ended, `CANCELLED` if it was called off.
 */
export interface UnfinishedItem extends BatchItemBase {
  readonly status: 'STARTED' | 'CANCELLED'
}

/**
 * What became of a batch: the failure of a branch is in here, not thrown. Items are in the order of the
 * input, and a replay gives the same result, item by item. All counts and lists are derived from
 * {@link items}.
 */
export interface BatchResult<T> {
  readonly items: readonly BatchItem<T>[]
  /** The same as {@link items}. */
  readonly all: readonly BatchItem<T>[]
  /** The same as {@link items}. */
  readonly results: readonly BatchItem<T>[]
  readonly completionReason: CompletionReason
  /** `FAILED` if failures were more than tolerated or, where no tolerance is stated, if there was any. */
  readonly status: 'SUCCEEDED' | 'FAILED'
  readonly totalCount: number
  readonly successCount: number
  readonly failureCount: number
  /** Branches that had not ended, the cancelled ones not counted. */
  readonly startedCount: number
  readonly cancelledCount: number
  readonly hasFailure: boolean
  /** True for an empty batch. */
  readonly allSucceeded: boolean
  succeeded(): readonly SucceededItem<T>[]
  failed(): readonly FailedItem[]
  started(): readonly UnfinishedItem[]
  /** The results of those that succeeded, in the order of the input. Never throws. */
  getResults(): readonly T[]
  /** The errors of those that failed, in the order of the input. Never throws. */
  getErrors(): readonly ErrorObject[]
  /** Throws the error of the first failed item by index, if there is one. */
  throwIfError(): void
}
