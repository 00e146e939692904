import type { CapabilityName } from './capabilities.js'
import type { DurableContextOps } from './durable-context.js'
import type { StepContext } from './step-context.js'

/** A capability that an operation of the context, or a part of the step context, can lack. */
export type ContextCapabilityName =
  | CapabilityName
  | 'batches'
  | 'batchMode'
  | 'callbacks'
  | 'combinators'
  | 'compensations'
  | 'completion'
  | 'conditions'
  | 'heartbeats'
  | 'host'
  | 'http'
  | 'invoke'
  | 'patches'
  | 'savedState'
  | 'stepRecords'
  | 'timers'

/** What a context has on every adapter. */
export type UniversalMember =
  | 'executionId'
  | 'runNo'
  | 'workflowName'
  | 'version'
  | 'namespace'
  | 'startedAt'
  | 'getInput'
  | 'getRawInput'
  | 'isReplaying'
  | 'executionMode'
  | 'checkpointToken'
  | 'signal'
  | 'step'
  | 'tryStep'
  | 'sideEffect'
  | 'sleep'
  | 'wait'
  | 'sleepUntil'
  | 'now'
  | 'elapsed'
  | 'random'
  | 'randomUUID'
  | 'runInChildContext'
  | 'tenantId'
  | 'logger'
  | 'configureLogger'

/** What a context has only if the adapter has the capability. */
export type GatedMember = Exclude<keyof DurableContextOps, UniversalMember>

/** What a step context has only if the adapter has the capability. */
export type GatedStepMember = keyof Pick<StepContext, 'heartbeat' | 'lastHeartbeatDetails' | 'http' | 'kv'>

/** The capability behind each gated member of the context; an `UnsupportedOperationError` names it. */
export const capabilityOf: Readonly<Record<GatedMember, ContextCapabilityName>> = Object.freeze({
  stepWithCompensation: 'compensations',
  transaction: 'transactions',
  getStep: 'stepRecords',
  listSteps: 'stepRecords',
  startTimer: 'timers',
  cancelWait: 'timers',
  waitForEvent: 'events',
  createCallback: 'callbacks',
  callbackResult: 'callbacks',
  waitForCallback: 'callbacks',
  waitForCondition: 'conditions',
  activity: 'activities',
  map: 'batches',
  parallel: 'batches',
  all: 'combinators',
  allSettled: 'combinators',
  race: 'combinators',
  any: 'combinators',
  startChild: 'children',
  executeChild: 'children',
  invoke: 'invoke',
  continueAsNew: 'continueAsNew',
  registerCompensation: 'compensations',
  runCompensations: 'compensations',
  compensationCount: 'compensations',
  compensations: 'compensations',
  saveState: 'savedState',
  loadState: 'savedState',
  setQueryState: 'queries',
  upsertSearchAttributes: 'search',
  enableBatchMode: 'batchMode',
  flushBatch: 'batchMode',
  pendingUpdateCount: 'batchMode',
  isBatchMode: 'batchMode',
  completeExecution: 'completion',
  failExecution: 'completion',
  completeIfLarge: 'completion',
  patched: 'patches',
  env: 'host',
  services: 'host',
  auth: 'host',
})

/** The same for the context of a step. */
export const stepCapabilityOf: Readonly<Record<GatedStepMember, ContextCapabilityName>> = Object.freeze({
  heartbeat: 'heartbeats',
  lastHeartbeatDetails: 'heartbeats',
  http: 'http',
  kv: 'kv',
})
