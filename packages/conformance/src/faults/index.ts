export { VirtualClock } from '../virtual-clock.js'
export { type Fault, type FaultHost, type FaultPlan, injectFaults } from './fault.js'
export { atCall, atVerb, type RandomFaultOptions, randomFaults } from './fault-plans.js'
export { type HeldCall, HeldCalls, type HoldOptions } from './held-calls.js'
export {
  interceptStore,
  type StoreCall,
  type StoreInterceptor,
  type StoreVerb,
  storeVerbs,
} from './intercept-store.js'
export {
  injectJournalFaults,
  type JournalCall,
  type JournalFault,
  type JournalFaultHost,
  type JournalFaultPlan,
} from './journal-faults.js'
export { type ProcessExit, WorkerProcess, type WorkerProcessOptions } from './process-harness.js'
export type { Direction } from './proxied-connection.js'
export { SimulatedProcess } from './simulated-process.js'
export { TcpProxy, type TcpProxyOptions } from './tcp-proxy.js'
export { walkTime } from './walk-time.js'
