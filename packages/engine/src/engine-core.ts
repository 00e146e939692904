import type { PayloadLimits, Store } from '@perdure/core'
import { CommitLane } from './commit-lane.js'
import { LocalBus } from './local-bus.js'
import type { ResolvedEngineOptions } from './options.js'
import { type RegisteredWorkflow, Registry } from './registry.js'

/** What the parts of one engine share. */
export interface EngineCore {
  readonly options: ResolvedEngineOptions
  readonly store: Store
  readonly registry: Registry
  readonly lane: CommitLane
  readonly bus: LocalBus
}

export function createEngineCore(options: ResolvedEngineOptions): EngineCore {
  const { store, clock } = options
  return {
    options,
    store,
    // Types of inputs and outputs end here: from now on a workflow is found by name.
    registry: new Registry(
      options.workflows as readonly RegisteredWorkflow[],
      store.capabilities,
      options.build,
    ),
    lane: new CommitLane(store, clock),
    bus: new LocalBus(),
  }
}

/** How large values may be: by this engine's option, and by its store. */
export function payloadLimits({ options, store }: EngineCore): PayloadLimits {
  return {
    limitBytes: options.maxPayloadBytes,
    adapterLimitBytes: store.capabilities.limits.maxPayloadBytes,
  }
}
