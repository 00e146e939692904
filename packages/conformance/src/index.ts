export type { ConformanceReport, ReportedOutcome, ReportedRequirement } from './conformance-report.js'
export {
  type ContextConformanceOptions,
  checkContext,
  contextConformance,
} from './context/context-conformance.js'
export type {
  ContextDriver,
  CreateContextDriver,
  DeployedWorkflow,
  DriverStart,
  DriverStatus,
  DriverWrite,
  WriteListener,
} from './context/context-driver.js'
export { contextRequirements } from './context/context-requirements.js'
export { type ContextRequirement, ContextTrial } from './context/context-trial.js'
export { type EngineDriverOptions, engineDriver } from './context/engine-driver.js'
export { Launched, type LaunchPlace } from './context/launched.js'
export { checkEngine, type EngineConformanceOptions, engineConformance } from './engine/engine-conformance.js'
export { engineRequirements } from './engine/engine-requirements.js'
export type { CreateStoreForEngine, EngineRequirement, EngineTrial } from './engine/engine-trial.js'
export { checkRandomWorkflows, type RandomRunOptions } from './random/check-random-workflows.js'
export { driverPlace, type Place, storePlace } from './random/place.js'
export type { RandomReport } from './random/random-report.js'
export {
  type RandomWorkflowsOnDriver,
  type RandomWorkflowsOnStore,
  type RandomWorkflowsOptions,
  randomWorkflows,
} from './random/random-workflows.js'
export type { Requirement } from './requirement.js'
export { type RequirementResult, runRequirements } from './run-requirements.js'
export {
  checkStore,
  type Kept,
  type StoreConformanceOptions,
  storeConformance,
} from './store/store-conformance.js'
export { storeRequirements } from './store/store-requirements.js'
export { type StoreRequirement, StoreTrial } from './store/store-trial.js'
export type {
  CreateStoreUnderTest,
  Damage,
  ProbedRelay,
  ProbedRows,
  ProbedRun,
  StoreProbe,
  StoreUnderTest,
} from './store/store-under-test.js'
export { VirtualClock } from './virtual-clock.js'
