export type { Requirement } from './requirement.js'
export {
  checkStore,
  type Kept,
  type StoreConformanceOptions,
  storeConformance,
} from './store/store-conformance.js'
export { storeRequirements } from './store/store-requirements.js'
export type { StoreRequirement, StoreTrial } from './store/store-trial.js'
export type {
  CreateStoreUnderTest,
  ProbedRelay,
  ProbedRows,
  ProbedRun,
  StoreProbe,
  StoreUnderTest,
} from './store/store-under-test.js'
export { VirtualClock } from './virtual-clock.js'
