import type { Capabilities, ExecutionStatus, Logger, Workflow } from '@perdure/core'
import type { HistoryEvent } from '@perdure/engine'

/**
 * How the suite reaches executions: all that it asks of an adapter. A store gets one from `engineDriver`; an adapter
 * whose service owns leases and timers brings its own.
 *
 * **Time stands still until `advance` moves it.** Nothing may happen by itself after `settle` has resolved.
 */
export interface ContextDriver {
  readonly capabilities: Capabilities

  /** Milliseconds since the epoch, as timers and histories see it. */
  now(): number

  /** Replaces the code that runs executions. Each call is another build, also of workflows with the same text. */
  deploy(workflows: readonly DeployedWorkflow[]): Promise<void>

  /** Rejects with the typed errors of a start. */
  start(workflow: DeployedWorkflow, options: DriverStart): Promise<void>

  sendEvent(executionId: string, name: string, payload: unknown, dedupeId?: string): Promise<void>

  /** True if it was accepted. Left out where the manifest lacks `cancel`. */
  cancel?(executionId: string, reason?: string): Promise<boolean>

  /** True if it was accepted. Left out where the manifest lacks `cancel`. */
  terminate?(executionId: string, reason?: string): Promise<boolean>

  /** True if it was the first. Left out where the context has no callbacks. */
  completeCallback?(callbackId: string, value: unknown): Promise<boolean>

  status(executionId: string): Promise<DriverStatus>

  /** What an execution that has ended returned; rejects with the typed error of how it ended otherwise. */
  result(executionId: string): Promise<unknown>

  /** What is recorded of the newest run, oldest first. */
  history(executionId: string): Promise<readonly HistoryEvent[]>

  /** Lets everything run until nothing more happens by itself. */
  settle(): Promise<void>

  /** Moves time, lets what falls due run in its order, and settles. */
  advance(ms: number): Promise<void>

  /**
   * Calls the listener around every write by which executions are claimed and advanced, and waits for it. What it
   * throws before a write makes that write fail unapplied; what it throws after one loses the answer. It may crash the
   * process: then the write is not applied, or its answer is never seen.
   */
  onWrite(listener: WriteListener): void

  /** The process that runs executions dies where it stands. Synchronous, so that a body can call it. */
  crash(): void

  /** Another process takes over, with the same code; it may have to wait until the lease of the dead one has run out. */
  recover(): Promise<void>

  /** What is kept and can never be true, a sentence each. Left out by an adapter whose rows nobody sees. */
  audit?(): Promise<readonly string[]>

  /** Removes everything. */
  close(): Promise<void>
}

/** Called with the number of the write, and which side of it is meant. */
export type WriteListener = (write: DriverWrite) => void | Promise<void>

export interface DriverWrite {
  /** 1 for the first since the driver was made; counted on after a crash. */
  readonly writeNo: number
  /** Whether the write takes executions or records what they did. A service that hands them out has no claims. */
  readonly kind: 'claim' | 'commit'
  readonly when: 'before' | 'after'
}

/** Any workflow that `defineWorkflow` made. */
export type DeployedWorkflow = Workflow<never, unknown, never, never>

export interface DriverStart {
  readonly executionId: string
  readonly input?: unknown
  readonly timeoutMs?: number
}

export interface DriverStatus {
  readonly status: ExecutionStatus
  readonly runNo: number
  /** Why it is BLOCKED, if it is. */
  readonly blocked?: { readonly reason: string; readonly message: string }
}

/** Makes a driver over a new and empty place, for one requirement. */
export type CreateContextDriver = (given: {
  /** Where everything that is logged goes. */
  readonly logger: Logger
}) => Promise<ContextDriver>
