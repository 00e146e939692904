export type { DirectContext, OpenOptions } from './direct-execution.js'
export {
  createEngine,
  type Engine,
  type ExecutionPage,
  type ExecutionSummary,
  type GetOptions,
  type ListOptions,
  type WorkflowSource,
} from './engine.js'
export type { ExecutionHandle, ResultOptions, SendEventOptions } from './execution-handle.js'
export type { HistoryEvent, OperationEvent } from './history.js'
export type { EngineOptions, WorkerOptions } from './options.js'
export type { AnyWorkflow } from './registry.js'
export type { StartOptions } from './start-options.js'
export type { UnblockFilter } from './unblock-many.js'
export type { StopOptions, Worker } from './worker.js'
