export { VirtualClock } from '../virtual-clock.js'
export { type Fault, type FaultHost, type FaultPlan, injectFaults } from './fault.js'
export { atCall, atVerb, type RandomFaultOptions, randomFaults } from './fault-plans.js'
export {
  interceptStore,
  type StoreCall,
  type StoreInterceptor,
  type StoreVerb,
  storeVerbs,
} from './intercept-store.js'
export { SimulatedProcess } from './simulated-process.js'
export { walkTime } from './walk-time.js'
