import type {
  ControlAction,
  ExecutionKey,
  MessageRecord,
  OperationRecord,
  RunKey,
  RunRecord,
  Store,
  WorkerRecord,
} from '@perdure/core'
import type { VirtualClock } from '../virtual-clock.js'

/** How an adapter hands its store to the suite. Each requirement gets a new, empty one. */
export type CreateStoreUnderTest = (given: { readonly clock: VirtualClock }) => Promise<StoreUnderTest>

export interface StoreUnderTest {
  /** Opened or not; its time is the given clock. */
  readonly store: Store
  readonly probe: StoreProbe
  /** A second handle on the same data, opened or not. Left out: the store has none, and the first stands in. */
  readonly another?: () => Promise<Store>
  /**
   * Makes a row of a run unreadable, past the store, and returns how to mend it. Left out: nothing can be damaged, and what
   * a store does about it is not looked at.
   */
  readonly damage?: (key: RunKey, what: Damage) => Promise<() => Promise<void>>
  /** Closes every handle and removes the data. Also called after the store was closed. */
  readonly destroy: () => Promise<void>
}

/**
 * `state`: a column of the row has no value that it can have. `values`: what is written once is gone. `operation`: the first
 * row of the journal cannot be read. `message`: the newest in the inbox. `newer`: the row has a newer format.
 */
export type Damage = 'state' | 'values' | 'operation' | 'message' | 'newer'

/**
 * Reads all rows there are, as records, in any order. It does not go through the verbs, so it sees what they hide and
 * what they have forgotten. What it returns is of one moment, also while turns are being taken.
 */
export type StoreProbe = () => Promise<ProbedRows>

export interface ProbedRows {
  readonly runs: readonly ProbedRun[]
  readonly operations: readonly (RunKey & OperationRecord)[]
  readonly inbox: readonly (ExecutionKey & MessageRecord)[]
  /** What is left for `relay` to do. */
  readonly relays: readonly ProbedRelay[]
  readonly workers: readonly WorkerRecord[]
}

/** With the derived columns, those that the adapter keeps: they must never differ from the rules. */
export interface ProbedRun extends RunRecord {
  readonly claimAt?: number | null
  readonly isSuspect?: boolean
  readonly isToTryAlone?: boolean
  readonly retryableSince?: number | null
}

/** An action that the attached children of a run have still to be asked. */
export interface ProbedRelay extends RunKey {
  readonly action: ControlAction
}
