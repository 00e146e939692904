import { type Codec, type PayloadLimits, type RunRecord, type Store, showError } from '@perdure/core'
import { CommitLane } from './commit-lane.js'
import type { LocalBus } from './local-bus.js'
import { RunLog } from './logging/run-log.js'
import type { ResolvedEngineOptions } from './options.js'
import { type RegisteredWorkflow, Registry } from './registry.js'
import { SharedStore } from './shared-store.js'

/** What the parts of one engine share. */
export interface EngineCore {
  readonly options: ResolvedEngineOptions
  readonly store: Store
  readonly registry: Registry
  readonly lane: CommitLane
  readonly bus: LocalBus
  readonly log: RunLog
  /** This engine is done with the store, which is closed when every engine over it is. */
  leaveStore(): Promise<void>
}

export function createEngineCore(options: ResolvedEngineOptions): EngineCore {
  const { store, clock } = options
  // Types of inputs and outputs end here: from now on a workflow is found by name.
  const workflows = options.workflows as readonly RegisteredWorkflow[]
  const registry = new Registry(workflows, store.capabilities, options.build)
  // Last: an engine that could not be made must not keep the store from being closed.
  const shared = SharedStore.join(store)
  return {
    options,
    store,
    registry,
    lane: new CommitLane(store, clock),
    bus: shared.bus,
    log: new RunLog(options.userLogger, clock, options.logErrorMessages, (run, error) =>
      showError(error, codecOf({ registry, options }, run)),
    ),
    leaveStore: () => shared.leave(),
  }
}

/** How large values may be: by this engine's option, and by its store. */
export function payloadLimits({ options, store }: EngineCore): PayloadLimits {
  return {
    limitBytes: options.maxPayloadBytes,
    adapterLimitBytes: store.capabilities.limits.maxPayloadBytes,
  }
}

/** What writes and reads the values of a run: the codec of its workflow, where that is known here, or the engine's. */
export function codecOf(
  { registry, options }: Pick<EngineCore, 'registry' | 'options'>,
  { workflow, version }: Pick<RunRecord, 'workflow' | 'version'>,
): Codec | undefined {
  return registry.find(workflow, version)?.options.codec ?? options.codec
}
