import type { BlockedReason, DecidedEnding, ErrorObject, ExecutionStatus } from '@perdure/core'
import type { DirectContext, OpenOptions } from './direct-execution.js'
import { createEngineCore } from './engine-core.js'
import type { ExecutionHandle, SendEventOptions } from './execution-handle.js'
import type { HistoryEvent } from './history.js'
import { type EngineOptions, resolveEngineOptions, type WorkerOptions } from './options.js'
import type { StartOptions } from './start-options.js'
import { StoreEngine } from './store-engine.js'
import type { UnblockFilter } from './unblock-many.js'
import type { Worker } from './worker.js'

/** A workflow by its code, which also gives the types, or by its name. */
export type WorkflowSource<Input, Output> = {
  readonly name: string
  readonly version: string
  readonly '~types'?: { readonly input: Input; readonly output: Output }
}

/** Which run of an execution. */
export interface GetOptions {
  /** @default the newest */
  readonly runNo?: number
}

/** Which executions to list. */
export interface ListOptions {
  /** As it is shown. One that is not written (BLOCKED for want of code) is found as well, by reading what is due. */
  readonly status?: ExecutionStatus | readonly ExecutionStatus[]
  /** 1 to 1,000. @default 100 */
  readonly limit?: number
  /** Where the page before ended. */
  readonly cursor?: string
}

/** An execution in a list. */
export interface ExecutionSummary {
  readonly executionId: string
  readonly runNo: number
  readonly workflowName: string
  readonly version: string
  readonly queue: string
  readonly status: ExecutionStatus
  readonly blocked?: Omit<BlockedReason, 'build'>
  /** How it will end, decided while its code was not running. One that is cancelled cleans up first. */
  readonly decided?: DecidedEnding
  readonly error?: ErrorObject
  /** When it wants to go on, if nothing happens before: a timer, the next attempt of a step, its start. */
  readonly dueAt?: Date
  /** What would wake it, such as `event:approved`, while it is suspended. */
  readonly waitsFor?: readonly string[]
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly finishedAt?: Date
}

/** A page of executions, newest first. Of some statuses it may hold fewer than there are, even none, and a cursor. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionSummary[]
  /** Give it to the next call; undefined on the last page. */
  readonly cursor?: string
}

/** Starts, looks at and steers executions; makes workers that run them. */
export interface Engine {
  /**
   * Start an execution, or find the one that has this id.
   *
   * @throws ValidationError, UnknownWorkflowError, SerializationError, PayloadTooLargeError,
   * ExecutionAlreadyExistsError, InputMismatchError; nothing is written then
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   * import { createEngine } from '@perdure/engine'
   * import { memory } from '@perdure/memory'
   *
   * const greet = defineWorkflow({ name: 'greet' }, async (ctx, name: string) =>
   *   ctx.step('compose', () => `Hello, ${name}`),
   * )
   * const engine = createEngine({ store: memory(), workflows: [greet] })
   * const worker = engine.createWorker()
   * await worker.start()
   * const run = await engine.start(greet, { id: 'greet-1', input: 'Ada' })
   * console.log(await run.result())
   * await engine.close()
   * ```
   */
  start<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    options?: StartOptions<NoInfer<Input>>,
  ): Promise<ExecutionHandle<Output>>
  start<Output = unknown>(workflow: string, options?: StartOptions): Promise<ExecutionHandle<Output>>
  /** Start many of one workflow in few writes. One that cannot be started rejects the call; the others are started. */
  startMany<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    options: readonly StartOptions<NoInfer<Input>>[],
  ): Promise<readonly ExecutionHandle<Output>[]>
  startMany<Output = unknown>(
    workflow: string,
    options: readonly StartOptions[],
  ): Promise<readonly ExecutionHandle<Output>[]>
  /**
   * Run an execution in the caller's own code: every operation of the context works, waits block in this process, and
   * running the script again resumes it. No worker ever claims it. `ctx.completeExecution(value)` ends it.
   *
   * @throws LeaseHeldError if another process holds it, ExecutionAlreadyExistsError if it has ended, InputMismatchError
   */
  open(executionId: string, options?: OpenOptions): Promise<DirectContext>
  /** @throws UnknownExecutionError */
  get<Output = unknown>(executionId: string, options?: GetOptions): Promise<ExecutionHandle<Output>>
  list(options?: ListOptions): Promise<ExecutionPage>
  /** Everything that is recorded of a run. @throws UnknownExecutionError */
  history(executionId: string, options?: GetOptions): Promise<readonly HistoryEvent[]>
  /**
   * Send an event to an execution; it is kept until the workflow waits for it.
   *
   * @throws UnknownExecutionError, ExecutionNotRunningError, InboxFullError, ValidationError, SerializationError,
   * PayloadTooLargeError
   */
  sendEvent(executionId: string, name: string, payload?: unknown, options?: SendEventOptions): Promise<void>
  /** Ask an execution to stop and clean up; true if accepted: then it ends as CANCELLED. @throws UnknownExecutionError */
  cancel(executionId: string, reason?: string): Promise<boolean>
  /** Stop an execution at once, running no more of its code; true if accepted. @throws UnknownExecutionError */
  terminate(executionId: string, reason?: string): Promise<boolean>
  /**
   * Hold an execution: bodies that run finish and are recorded, nothing new starts, timers and events wait for the
   * resume. True if accepted. @throws UnknownExecutionError
   */
  pause(executionId: string): Promise<boolean>
  /** Let a paused execution go on; true if accepted. @throws UnknownExecutionError */
  resume(executionId: string): Promise<boolean>
  /**
   * Let a BLOCKED execution be tried again; true if accepted. False also of one that is CORRUPTED and still cannot be read.
   *
   * @throws UnknownExecutionError
   */
  unblock(executionId: string): Promise<boolean>
  /** The same of all that are BLOCKED for this reason, or of this workflow. Returns how many were accepted. @throws ValidationError */
  unblock(filter: UnblockFilter): Promise<number>
  createWorker(options?: WorkerOptions): Worker
  /**
   * Stop the workers, give up what is held, end what waits. The last engine over a store object to be closed closes
   * the store.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * An engine over a store.
 *
 * @throws ValidationError, DuplicateWorkflowError, UnsupportedOperationError (what a workflow `requires`)
 */
export function createEngine(options: EngineOptions): Engine {
  return new StoreEngine(createEngineCore(resolveEngineOptions(options)))
}
