import type { ActivityOptions } from './activity-options.js'
import type { BranchOutput, MapOptions, ParallelBranch, ParallelOptions } from './batch.js'
import type { BatchModeOptions } from './batch-mode-options.js'
import type { BatchResult } from './batch-result.js'
import type { CallbackHandle, CallbackOptions, CallbackResult, WaitForCallbackOptions } from './callback.js'
import type { ChildArguments, ChildHandle, ChildOptions, InvokeOptions } from './child.js'
import type { ChildContextOptions } from './child-context-options.js'
import type { CompensatedStepOptions, Compensation, RegisterAfterOptions } from './compensation-options.js'
import type {
  CompensationDescriptor,
  CompensationResult,
  RegisteredCompensation,
} from './compensation-result.js'
import type { Duration } from './duration.js'
import type { Environment } from './environment.js'
import type { WaitForEventOptions, WaitForEventOrThrowOptions } from './event-options.js'
import type { Logger } from './logger.js'
import type { LoggerOptions } from './logger-options.js'
import type { SearchAttributesPatch } from './search-attributes.js'
import type { StepContext } from './step-context.js'
import type { StepOptions } from './step-options.js'
import type { StepOutcome } from './step-outcome.js'
import type { StepRecord } from './step-record.js'
import type { CancelWaitOutcome, TimerHandle } from './timer-handle.js'
import type { TransactionOptions } from './transaction-options.js'
import type { WaitForConditionOptions } from './wait-for-condition.js'
import type { WorkflowRef } from './workflow-ref.js'

/** Whether the workflow is being told what it did before, or does something new. */
export type ExecutionMode = 'replaying' | 'executing'

/**
 * What a workflow may do: the one interface between your code and every place where its history is kept.
 *
 * A workflow is an ordinary async function. What it does through this context is recorded in a journal. After
 * a crash, a deploy or half a year of sleep the function is run again from the top. An operation that had
 * finished answers from the journal, without running, and the workflow goes on where it stopped. So the code
 * between two operations must do the same each time: clock, chance and the outside world are reached through
 * the context.
 *
 * What holds for every operation:
 *
 * - **It starts at the call, and its promise settles once its outcome is durable.** What you have awaited is
 *   never lost and never done again.
 * - **It is known by its name**: its own, those of the contexts around it, and how often the name came
 *   before. Operations with different names may be reordered, added, removed, and run side by side. Two calls
 *   with one name are two operations. Another kind of operation under a recorded name is a
 *   `NonDeterministicError`: it blocks the run and never reaches your code.
 * - **Outcomes are delivered one at a time, in the order in which they happened**, on replay too.
 *   `Promise.race` has the same winner each time.
 * - **Waiting needs no process.** The promise of an operation that waits stays pending, for months if need
 *   be. `try`, `catch` and `finally` see nothing of it.
 * - **Errors replay.** An operation that failed rejects with the same error on every replay. When the
 *   execution is cancelled, open operations reject once with a `CancelledError`; those that are started
 *   afterwards run, to clean up.
 * - **Mistakes are told at the call**: a bad name, option or duration is a `ValidationError`, a value that
 *   cannot be kept a `SerializationError` or `PayloadTooLargeError`, a call inside the body of a step a
 *   `DurableCallInStepError`. What the adapter cannot do is an `UnsupportedOperationError` that names adapter
 *   and capability.
 *
 * Names are 1 to 256 printable ASCII characters. Durations are `'30s'`, milliseconds or `{ seconds: 30 }`,
 * from 0 to 366 days.
 *
 * @typeParam Services - what the application hands to its workflows; see {@link DurableContextOps.services}
 * @typeParam Events - what each declared event carries, by name; see {@link DurableContextOps.waitForEvent}
 *
 * @example
 * ```ts
 * import { defineWorkflow } from '@perdure/core'
 *
 * export const trial = defineWorkflow({ name: 'trial' }, async (ctx, customer: string) => {
 *   const account = await ctx.step('open', async (step) => {
 *     const headers = { 'idempotency-key': step.idempotencyKey }
 *     return (await fetch(`https://crm.example/${customer}`, { method: 'POST', headers })).text()
 *   })
 *   await ctx.sleep('trial period', '30d')
 *   const plan = await ctx.waitForEvent<string>('plan chosen', { timeout: '7d', onTimeout: 'undefined' })
 *   return plan === undefined ? `${account} closed` : `${account} on ${plan}`
 * })
 * ```
 */
export interface DurableContextOps<out Services = unknown, out Events = Record<never, unknown>> {
  // Identity and input

  /** The id under which the execution was started. The same in all of its runs. */
  readonly executionId: string

  /**
   * 1 for the first run; one more after each {@link continueAsNew} and each new run of a finished execution.
   */
  readonly runNo: number
  readonly workflowName: string
  /** The version of the workflow's code that this run was started with. */
  readonly version: string
  readonly namespace: string
  /** When the run first began to run. The same on every replay. */
  readonly startedAt: Date

  /**
   * The input as it was given at the start. What a schema makes of it is in the handler's parameter.
   *
   * @throws DeserializationError if the stored input cannot be read
   */
  getInput<Input = unknown>(): Input
  /** The input as it is stored, before it is decoded. */
  getRawInput(): string | Uint8Array
  /** True while the journal still holds finished operations that this pass has not asked for. */
  readonly isReplaying: boolean
  readonly executionMode: ExecutionMode

  /**
   * Names the hold that this process has on the run. Changes whenever the run is claimed again. For diagnosis.
   */
  readonly checkpointToken: string

  /**
   * Aborts when the workflow ends or is cancelled, when the worker stops, and when this process may no longer
   * own the run. Not recorded: hand it on, but do not branch on it. The body of a step has a signal of its
   * own.
   */
  readonly signal: AbortSignal

  // Steps

  /**
   * Runs a function and keeps what it returns. Everything that has an effect belongs into a step.
   *
   * After a crash a finished step answers from the journal; its function never runs again. An attempt that
   * was cut short runs again with the same `step.idempotencyKey`, because nobody knows how far it came; with
   * `semantics: 'atMostOnce'` it counts as failed instead. Attempt, error and next time are recorded before
   * each delay, so a crash in between resumes at that attempt and time.
   *
   * A failure is final once no attempt is left: it is recorded, and a replay throws it without running the
   * function. A result that cannot be kept is such a failure, whatever `retry` says: the function has had its
   * effect.
   *
   * @throws StepError when no attempt is left; `cause` is what the function threw
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const preview = defineWorkflow({ name: 'preview' }, async (ctx, url: string) => {
   *   const page = await ctx.step(
   *     'fetch',
   *     async (step) => {
   *       const response = await fetch(url, { signal: step.signal })
   *       if (!response.ok) throw new Error(`${url} answered ${response.status}`)
   *       return response.text()
   *     },
   *     { retry: { maxAttempts: 5, initialInterval: '1s' }, attemptTimeout: '10s' },
   *   )
   *   return page.slice(0, 200)
   * })
   * ```
   */
  step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options?: StepOptions): Promise<T>

  /**
   * Runs a step and gives its outcome as a value: for failures that are part of the business.
   *
   * Recorded and replayed as {@link step} is; where that would throw a `StepError`, this resolves with it. It
   * still rejects with what is not the step's own failure, such as a `CancelledError`.
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const greet = defineWorkflow({ name: 'greet' }, async (ctx, url: string) => {
   *   const page = await ctx.tryStep('fetch', async () => (await fetch(url)).text())
   *   return page.ok ? page.value.length : `not there: ${page.error.message}`
   * })
   * ```
   */
  tryStep<T>(
    name: string,
    fn: (step: StepContext) => T | Promise<T>,
    options?: StepOptions,
  ): Promise<StepOutcome<T>>

  /**
   * Runs a step, and keeps the means to undo it.
   *
   * The compensation is registered in the same write that records the step's success; with
   * `register: 'before'`, before the function first runs. It runs when the workflow fails, is cancelled or
   * times out, unless `compensateOn` says otherwise: last registered first, each as a step with attempts and
   * an idempotency key of its own. After a crash half-way the rollback goes on where it was. A `handler` that
   * is registered with the engine runs even where the workflow's code cannot.
   *
   * @throws StepError when no attempt of the step is left; `cause` is what the function threw
   * @throws UnsupportedOperationError where the adapter's manifest lacks `compensations`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * const post = (path: string) =>
   *   fetch(`https://travel.example/${path}`, { method: 'POST' }).then((response) => response.text())
   *
   * export const trip = defineWorkflow({ name: 'trip' }, async (ctx, city: string) => {
   *   await ctx.stepWithCompensation(
   *     'flight',
   *     () => post(`flights/${city}`),
   *     (flight) => post(`flights/${flight}/cancel`),
   *   )
   *   await ctx.stepWithCompensation(
   *     'hotel',
   *     () => post(`hotels/${city}`),
   *     { handler: 'cancelHotel', args: (hotel) => ({ hotel }) },
   *     { retry: { maxAttempts: 3 } },
   *   )
   *   await ctx.step('car', () => post(`cars/${city}`)) // fails: the hotel is cancelled, then the flight
   * })
   * ```
   */
  stepWithCompensation<T>(
    name: string,
    fn: (step: StepContext) => T | Promise<T>,
    compensate: Compensation<T>,
    options?: RegisterAfterOptions,
  ): Promise<T>
  stepWithCompensation<T>(
    name: string,
    fn: (step: StepContext) => T | Promise<T>,
    compensate: Compensation<T | undefined>,
    options?: CompensatedStepOptions,
  ): Promise<T>

  /**
   * Runs a function in a transaction of the store's own database. Its writes and the record of the step are
   * committed together: all or nothing, exactly once.
   *
   * A crash before the commit leaves neither, and the function runs again; after it, never. An error rolls
   * its writes back and is recorded as that of a step is. What `tx` is depends on the adapter: annotate it.
   *
   * @throws StepError when no attempt is left; `cause` is what the function threw
   * @throws UnsupportedOperationError where the adapter's manifest lacks `transactions`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * interface Sql {
   *   query(text: string, values: readonly unknown[]): Promise<unknown>
   * }
   *
   * const options = { name: 'move', requires: ['transactions'] } as const
   *
   * export const move = defineWorkflow(options, async (ctx, cents: number) => {
   *   await ctx.transaction('book', async (tx: Sql) => {
   *     await tx.query('update accounts set cents = cents - $1 where name = $2', [cents, 'mine'])
   *     await tx.query('update accounts set cents = cents + $1 where name = $2', [cents, 'yours'])
   *   })
   * })
   * ```
   */
  transaction<T, Tx = unknown>(
    name: string,
    fn: (tx: Tx) => T | Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>

  /**
   * Records what a function returns: for what is quick and has no effect outside, such as a reading or a
   * token.
   *
   * The function runs at the call, without attempts or time limit. After a crash before its record was
   * durable it runs again, and nobody has seen the first value. What it throws is recorded, and a replay
   * throws it again, as it is.
   *
   * @example
   * ```ts
   * import { randomBytes } from 'node:crypto'
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const invite = defineWorkflow({ name: 'invite' }, async (ctx) => {
   *   const token = await ctx.sideEffect('token', () => randomBytes(16).toString('hex'))
   *   return `https://app.example/join/${token}`
   * })
   * ```
   */
  sideEffect<T>(name: string, fn: () => T): Promise<T>

  /**
   * A step of this context by its name, as far as it has been delivered; `undefined` where none was called.
   *
   * @param occurrence - 1 for the first step of this name, the default
   * @throws UnsupportedOperationError where the adapter's manifest lacks `stepRecords`
   */
  getStep<T = unknown>(name: string, occurrence?: number): StepRecord<T> | undefined

  /**
   * The steps that this context has called so far, in the order of the calls.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `stepRecords`
   */
  listSteps(): readonly StepRecord[]

  // Time

  /**
   * Waits for a duration. The time to wake up is recorded at the call: a crash or a deploy does not start the
   * wait again, and one that ends while nobody is there ends late, but once. No process is needed meanwhile.
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const remind = defineWorkflow({ name: 'remind' }, async (ctx, address: string) => {
   *   await ctx.sleep('a week', '7d')
   *   await ctx.step('mail', async () => {
   *     await fetch(`https://mail.example/remind/${address}`, { method: 'POST' })
   *   })
   * })
   * ```
   */
  sleep(name: string, duration: Duration): Promise<void>
  /** The same as {@link sleep}. */
  wait(name: string, duration: Duration): Promise<void>

  /**
   * Waits until a time: a `Date`, or milliseconds since the epoch. A time in the past returns at once, and is
   * recorded as any other.
   *
   * @throws ValidationError for what is not a time, and for one that is more than 366 days away
   */
  sleepUntil(name: string, date: Date | number): Promise<void>

  /**
   * Starts a timer that can be called off, and goes on. Recorded as {@link sleep} is.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `timers`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const approve = defineWorkflow({ name: 'approve' }, async (ctx) => {
   *   const reminder = ctx.startTimer('reminder', '1d')
   *   const approval = ctx.waitForEvent<boolean>('approved')
   *   const first = await Promise.race([reminder.promise, approval])
   *   if (first === 'FIRED') ctx.logger.warn('nobody has answered for a day')
   *   const approved = await approval
   *   await reminder.cancel()
   *   return approved
   * })
   * ```
   */
  startTimer(name: string, duration: Duration): TimerHandle

  /**
   * Ends a sleep or timer of this run now: a sleep resolves as if its time had come, a timer with
   * `CANCELLED`. Resolves when that is durable, with what it found; a replay finds the same.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `timers`
   */
  cancelWait(operationId: string): Promise<CancelWaitOutcome>

  /**
   * Use it in place of `Date.now()`. It is the time at which the newest operation that the workflow has heard
   * of ended, or {@link startedAt}: the same on every replay, and it costs no write. It stands still between
   * two operations.
   */
  now(): Date
  /** From {@link startedAt} to {@link now}, in milliseconds. */
  elapsed(): number

  // Randomness

  /**
   * Use it in place of `Math.random()`: at least 0 and less than 1. The same on every replay; costs no write.
   * Not for secrets.
   */
  random(): number
  /** A UUID (version 4), the same on every replay; costs no write. Not for secrets. */
  randomUUID(): string

  // The outside world

  /**
   * Waits for an event that somebody sends to this execution by name.
   *
   * Each event ends exactly one wait: the one that was opened first for the name. Where the manifest says
   * `events: 'buffered'`, an event that comes before anyone waits is kept, in the order of arrival; it also
   * outlives {@link continueAsNew}. The timeout is recorded: a crash does not start it again, and whether
   * event or timeout came first is decided once.
   *
   * The payload of a declared event is checked and typed by its schema; any other is `unknown` until you name
   * its type.
   *
   * @throws EventTimeoutError after `timeout`, unless `onTimeout` is `'undefined'`
   * @throws ValidationError if the payload is not what its schema asks for
   * @throws UnsupportedOperationError where the adapter's manifest lacks `events`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const order = defineWorkflow({ name: 'order' }, async (ctx) => {
   *   const approved = await ctx.waitForEvent<boolean>('approved', { timeout: '7d' })
   *   const note = await ctx.waitForEvent<string>('note', { timeout: '1h', onTimeout: 'undefined' })
   *   return approved ? `approved: ${note ?? 'no note'}` : 'rejected'
   * })
   * ```
   */
  waitForEvent<Name extends keyof Events & string>(
    name: Name,
    options?: WaitForEventOrThrowOptions,
  ): Promise<Events[Name]>
  waitForEvent<Name extends keyof Events & string>(
    name: Name,
    options: WaitForEventOptions,
  ): Promise<Events[Name] | undefined>
  waitForEvent<T = unknown>(name: string, options?: WaitForEventOrThrowOptions): Promise<T>
  waitForEvent<T = unknown>(name: string, options: WaitForEventOptions): Promise<T | undefined>

  /**
   * Makes an id by which somebody outside completes or fails an operation, once, or says that the work goes
   * on.
   *
   * Creating it does not wait: `handle.result()` does. The id is the same on replay. A second completion is
   * refused; after a timeout, so is the first.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `callbacks`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const scan = defineWorkflow({ name: 'scan' }, async (ctx, file: string) => {
   *   const verdict = await ctx.createCallback<'clean' | 'infected'>('verdict', { timeout: '1h' })
   *   await ctx.step('submit', async () => {
   *     const body = JSON.stringify({ file, callback: verdict.callbackId })
   *     await fetch('https://scanner.example/jobs', { method: 'POST', body })
   *   })
   *   return verdict.result()
   * })
   * ```
   */
  createCallback<T = unknown>(name: string, options?: CallbackOptions<T>): Promise<CallbackHandle<T>>

  /**
   * Where a callback stands, at once and without waiting: what has been delivered to the workflow so far, and
   * so the same on replay. Never throws because of the outcome.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `callbacks`
   */
  callbackResult<T>(handle: CallbackHandle<T>): CallbackResult<T>

  /**
   * Makes a callback, hands its id out, and waits for the result.
   *
   * The submitter is a step: it may be tried again, and never runs again once it has succeeded. Keep its
   * request idempotent; the callback id is a good key.
   *
   * @throws StepError when the last attempt of the submitter failed
   * @throws CallbackError if the callback was failed, cancelled or timed out
   * @throws UnsupportedOperationError where the adapter's manifest lacks `callbacks`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const sign = defineWorkflow({ name: 'sign' }, async (ctx, contract: string) =>
   *   ctx.waitForCallback<{ signedBy: string }>(
   *     'signature',
   *     async (callbackId, step) => {
   *       const body = JSON.stringify({ contract, callbackId })
   *       await fetch('https://sign.example/requests', { method: 'POST', body, signal: step.signal })
   *     },
   *     { timeout: '14d', submit: { retry: { maxAttempts: 3 } } },
   *   ),
   * )
   * ```
   */
  waitForCallback<T = unknown>(
    name: string,
    submitter: (callbackId: string, step: StepContext) => unknown,
    options?: WaitForCallbackOptions<T>,
  ): Promise<T>

  /**
   * Checks again and again until a strategy is content, and gives the last state.
   *
   * State and number of checks are recorded after each one, and a crash goes on from there; between two
   * checks nothing runs. A check is like the body of a step: a crash in the middle repeats it, and what it
   * throws ends the wait.
   *
   * @throws StepError when a check threw; `cause` is what it threw
   * @throws ConditionTimeoutError after `timeout`
   * @throws UnsupportedOperationError where the adapter's manifest lacks `conditions`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const build = defineWorkflow({ name: 'build' }, async (ctx, url: string) =>
   *   ctx.waitForCondition('finished', async () => (await fetch(url)).text(), {
   *     initialState: 'queued',
   *     waitStrategy: (state, attempt) => {
   *       if (state === 'done') return { shouldContinue: false }
   *       return { shouldContinue: true, delay: { seconds: Math.min(attempt, 60) } }
   *     },
   *     timeout: '1h',
   *   }),
   * )
   * ```
   */
  waitForCondition<State>(
    name: string,
    check: (state: State, step: StepContext) => State | Promise<State>,
    options: WaitForConditionOptions<State>,
  ): Promise<State>

  /**
   * Runs an activity by its name, on whichever worker has registered it, in whatever language.
   *
   * The store keeps attempts, timeouts and heartbeats: a worker that dies costs an attempt, not the activity.
   * After a crash of this side the workflow finds the activity where it is, and schedules no second one.
   *
   * @throws StepError when no attempt is left; `cause` is the last failure or timeout
   * @throws UnsupportedOperationError where the adapter's manifest lacks `activities`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const video = defineWorkflow({ name: 'video' }, async (ctx, file: string) =>
   *   ctx.activity<{ url: string }>('transcode', { file }, { queue: 'gpu', startToCloseTimeout: '2h' }),
   * )
   * ```
   */
  activity<Output = unknown>(name: string, input?: unknown, options?: ActivityOptions): Promise<Output>

  // Many at once

  /**
   * Runs a function for each item, each in a context of its own, and gives every outcome.
   *
   * Ids are fixed before any item starts. After a crash finished items answer from the journal and the others
   * go on where they were; once the batch is complete, a replay gives the same result without running
   * anything. An item that fails does not stop the batch unless `completion` says so; one that waits has not
   * failed. When the batch ends early, no new item starts, running ones are aborted and awaited, and open
   * waits are cancelled.
   *
   * @throws ValidationError for options that contradict each other
   * @throws UnsupportedOperationError where the adapter's manifest lacks `batches`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const crawl = defineWorkflow({ name: 'crawl' }, async (ctx, urls: string[]) => {
   *   const pages = await ctx.map(
   *     'pages',
   *     urls,
   *     async (page, url, index) => {
   *       await page.sleep('spread', index * 100)
   *       return page.step('fetch', async () => (await fetch(url)).text())
   *     },
   *     { maxConcurrency: 10, completion: { toleratedFailurePercentage: 20 } },
   *   )
   *   return { fetched: pages.successCount, failed: pages.getErrors().map((error) => error.message) }
   * })
   * ```
   */
  map<Item, T>(
    name: string,
    items: readonly Item[],
    fn: (ctx: DurableContextOps<Services, Events>, item: Item, index: number) => T | Promise<T>,
    options?: MapOptions<Item>,
  ): Promise<BatchResult<T>>

  /**
   * Runs branches side by side, each in a context of its own, and gives every outcome. In all else as
   * {@link map}.
   *
   * @throws ValidationError for options that contradict each other
   * @throws UnsupportedOperationError where the adapter's manifest lacks `batches`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const quote = defineWorkflow({ name: 'quote' }, async (ctx, item: string) => {
   *   const ask = async (shop: string) => {
   *     const response = await fetch(`https://${shop}.example/prices/${item}`)
   *     return Number(await response.text())
   *   }
   *   const prices = await ctx.parallel(
   *     'prices',
   *     [
   *       (branch) => branch.step('north', () => ask('north')),
   *       { name: 'south', run: (branch) => branch.step('south', () => ask('south')) },
   *     ],
   *     { completion: { minSuccessful: 1 } },
   *   )
   *   return Math.min(...prices.getResults())
   * })
   * ```
   */
  parallel<const Branches extends readonly ParallelBranch<DurableContextOps<Services, Events>, unknown>[]>(
    name: string,
    branches: Branches,
    options?: ParallelOptions,
  ): Promise<BatchResult<BranchOutput<Branches[number]>>>

  /**
   * `Promise.all` for durable operations: the results in order, or the first failure, which is recorded.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `combinators`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const both = defineWorkflow({ name: 'both' }, async (ctx, url: string) => {
   *   const [page, answer] = await ctx.all('page and answer', [
   *     ctx.step('fetch', async () => (await fetch(url)).text()),
   *     ctx.waitForEvent<boolean>('answer'),
   *   ])
   *   return answer ? page : ''
   * })
   * ```
   */
  all<const Operations extends readonly PromiseLike<unknown>[]>(
    name: string,
    operations: Operations,
  ): Promise<{ -readonly [Index in keyof Operations]: Awaited<Operations[Index]> }>

  /**
   * `Promise.allSettled` for durable operations: how each of them ended, in order.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `combinators`
   */
  allSettled<const Operations extends readonly PromiseLike<unknown>[]>(
    name: string,
    operations: Operations,
  ): Promise<{ -readonly [Index in keyof Operations]: PromiseSettledResult<Awaited<Operations[Index]>> }>

  /**
   * The outcome of the operation that settles first. The winner is recorded, and open waits among the losers
   * are cancelled in the same write: unlike with `Promise.race`, no event or timer is left behind.
   *
   * @throws ValidationError for an empty list
   * @throws UnsupportedOperationError where the adapter's manifest lacks `combinators`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const answer = defineWorkflow({ name: 'answer' }, async (ctx) => {
   *   const first = await ctx.race('first answer', [
   *     ctx.waitForEvent<string>('by mail'),
   *     ctx.waitForEvent<string>('by phone'),
   *     ctx.sleep('too late', '3d'),
   *   ])
   *   return typeof first === 'string' ? first : 'nobody answered'
   * })
   * ```
   */
  race<const Operations extends readonly PromiseLike<unknown>[]>(
    name: string,
    operations: Operations,
  ): Promise<Awaited<Operations[number]>>

  /**
   * The result of the operation that succeeds first. The winner is recorded and losers are dealt with as in
   * {@link race}.
   *
   * @throws AggregateError with every failure, if all have failed
   * @throws ValidationError for an empty list
   * @throws UnsupportedOperationError where the adapter's manifest lacks `combinators`
   */
  any<const Operations extends readonly PromiseLike<unknown>[]>(
    name: string,
    operations: Operations,
  ): Promise<Awaited<Operations[number]>>

  // Structure

  /**
   * Runs a part of the workflow in a context of its own: names in it cannot collide with names outside, and
   * as a whole it is one operation.
   *
   * Once finished it answers from the journal, and its function never runs again. Until then a replay runs
   * the function from its top, and the operations in it answer one by one.
   *
   * @throws ChildContextError if the function threw; `cause` is what it threw
   *
   * @example
   * ```ts
   * import { type DurableContextOps, defineWorkflow } from '@perdure/core'
   *
   * async function publish(ctx: DurableContextOps, file: string): Promise<void> {
   *   const send = async (method: string) => void (await fetch(`https://cdn.example/${file}`, { method }))
   *   await ctx.step('upload', () => send('PUT'))
   *   await ctx.sleep('settle', '30s')
   *   await ctx.step('purge', () => send('PURGE'))
   * }
   *
   * export const release = defineWorkflow({ name: 'release' }, async (ctx) => {
   *   await ctx.runInChildContext('docs', (docs) => publish(docs, 'docs.zip'))
   *   await ctx.runInChildContext('site', (site) => publish(site, 'site.zip'))
   * })
   * ```
   */
  runInChildContext<T>(
    name: string,
    fn: (ctx: DurableContextOps<Services, Events>) => T | Promise<T>,
    options?: ChildContextOptions,
  ): Promise<T>

  /**
   * Starts another workflow as a child, and goes on. Resolves when the start is durable: however often the
   * parent crashes, there is one child.
   *
   * The parent hears of every outcome, also of a child that was cancelled, terminated or timed out. What
   * becomes of a child when its parent ends is decided by `parentClosePolicy`; one with an `id` of its own is
   * detached and lives on.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `children`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * const resize = defineWorkflow({ name: 'resize' }, async (ctx, image: { url: string; width: number }) =>
   *   ctx.step('resize', async () => (await fetch(`${image.url}?w=${image.width}`)).text()),
   * )
   *
   * export const gallery = defineWorkflow({ name: 'gallery' }, async (ctx, url: string) => {
   *   const small = await ctx.startChild('small', resize, { input: { url, width: 200 } })
   *   const large = await ctx.startChild('large', resize, { input: { url, width: 2000 } })
   *   return [await small.result(), await large.result()]
   * })
   * ```
   */
  startChild<Input, Output>(
    name: string,
    workflow: WorkflowRef<Input, Output>,
    ...options: ChildArguments<NoInfer<Input>>
  ): Promise<ChildHandle<Output>>
  startChild<Output = unknown>(
    name: string,
    workflow: string,
    options?: ChildOptions,
  ): Promise<ChildHandle<Output>>

  /**
   * Runs another workflow as a child and waits for what it returns. As {@link startChild} in all else.
   *
   * @throws InvokeError if the child failed or was cancelled, terminated or timed out; `cause` is its error
   * @throws UnsupportedOperationError where the adapter's manifest lacks `children`
   */
  executeChild<Input, Output>(
    name: string,
    workflow: WorkflowRef<Input, Output>,
    ...options: ChildArguments<NoInfer<Input>>
  ): Promise<Output>
  executeChild<Output = unknown>(name: string, workflow: string, options?: ChildOptions): Promise<Output>

  /**
   * Calls another durable function and waits for what it returns. What a target is depends on the adapter: a
   * workflow or its name, or the name of a deployed function. It is called once, however often the caller
   * crashes.
   *
   * @throws InvokeError if it failed, was stopped or timed out; `cause` is its error
   * @throws UnsupportedOperationError where the adapter's manifest lacks `invoke`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const onboard = defineWorkflow({ name: 'onboard' }, async (ctx, customer: string) => {
   *   const options = { timeout: '1h' } as const
   *   const account = await ctx.invoke<{ number: string }>('open', 'open-account', { customer }, options)
   *   return account.number
   * })
   * ```
   */
  invoke<Input, Output>(
    name: string,
    target: WorkflowRef<Input, Output>,
    payload: NoInfer<Input>,
    options?: InvokeOptions,
  ): Promise<Output>
  invoke<Output = unknown>(
    name: string,
    target: string,
    payload?: unknown,
    options?: InvokeOptions,
  ): Promise<Output>

  /**
   * Ends this run and begins the next one of the same execution, with an empty journal, in one write: for
   * workflows that would go on forever. Return it: nothing comes after it, its promise never settles.
   *
   * The execution keeps its id, its parent, its search attributes and the events that nobody has consumed.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `continueAsNew`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const sum = defineWorkflow({ name: 'sum' }, async (ctx, start: number): Promise<number> => {
   *   let total = start
   *   for (let round = 0; round < 500; round++) {
   *     const add = await ctx.waitForEvent<number>('add')
   *     if (add === 0) return total
   *     total += add
   *   }
   *   return ctx.continueAsNew(total)
   * })
   * ```
   */
  continueAsNew(input?: unknown): Promise<never>

  // Sagas

  /**
   * Puts a compensation on the stack that belongs to no single step. Resolves when it is durable: await it
   * before the effect that it undoes.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `compensations`
   */
  registerCompensation(compensation: CompensationDescriptor): Promise<void>

  /**
   * Undoes what has been registered so far, last registered first, and takes it off the stack.
   *
   * All are attempted, whatever fails; each is a step with attempts of its own. After a crash those that have
   * run are not run again, and the rest goes on. What child contexts and batches have registered is among
   * them. A second call finds only what came after the first.
   *
   * What fails is in the result, not thrown.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `compensations`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * const call = async (path: string) => {
   *   await fetch(`https://rooms.example/${path}`, { method: 'POST' })
   * }
   *
   * export const hold = defineWorkflow({ name: 'hold' }, async (ctx, room: string) => {
   *   await ctx.registerCompensation({ name: 'free', run: () => call(`${room}/free`) })
   *   await ctx.step('hold', () => call(`${room}/hold`))
   *   const paid = await ctx.waitForEvent<boolean>('paid', { timeout: '15m', onTimeout: 'undefined' })
   *   if (paid) return 'booked'
   *   const rollback = await ctx.runCompensations()
   *   return rollback.allSucceeded ? 'freed' : 'look into it'
   * })
   * ```
   */
  runCompensations(): Promise<CompensationResult>

  /**
   * How many compensations are on the stack.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `compensations`
   */
  readonly compensationCount: number

  /**
   * What is on the stack, in the order of registration.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `compensations`
   */
  readonly compensations: readonly RegisteredCompensation[]

  // State

  /**
   * Keeps a value under a key, for {@link loadState}. Recorded like any operation; the last value of a key
   * counts. For what is passed between parts of a workflow: a replay brings local variables back by itself.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `savedState`
   */
  saveState(key: string, value: unknown): Promise<void>

  /**
   * The value that was last saved under the key in this run; `undefined` where there is none.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `savedState`
   */
  loadState<T = unknown>(key: string): T | undefined

  /**
   * Shows a value to the outside: whoever queries the execution by this name reads the last one, also while
   * no process has it and after it has ended.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `queries`
   */
  setQueryState(name: string, value: unknown): Promise<void>

  /**
   * Changes what the execution can be found by. `null` removes an attribute; those not named stay.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `search`
   */
  upsertSearchAttributes(patch: SearchAttributesPatch): Promise<void>

  // Checkpointing

  /**
   * Holds the records of finished steps back and writes many at once, here and in child contexts: for many
   * small steps that may be repeated. A step's promise then settles before its record is durable, and after a
   * crash what had not been written runs again.
   *
   * Everything is written before the workflow waits, ends, or does anything else that others can see, and at
   * the bounds of the options. Steps with `semantics: 'atMostOnce'` are never held back.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `batchMode`
   */
  enableBatchMode(options?: BatchModeOptions): void

  /**
   * Writes what is held back. Resolves when it is durable; at once if there is nothing.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `batchMode`
   */
  flushBatch(): Promise<void>

  /**
   * Updates that are held back. Not recorded: do not branch on it.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `batchMode`
   */
  readonly pendingUpdateCount: number
  /** @throws UnsupportedOperationError where the adapter's manifest lacks `batchMode` */
  readonly isBatchMode: boolean

  // Ending

  /**
   * Ends the execution as completed, as returning from the workflow does. Resolves when it is durable; what
   * the workflow returns afterwards is dropped.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `completion`
   */
  completeExecution(output?: unknown): Promise<void>

  /**
   * Ends the execution as failed, as throwing from the workflow does, compensation included. Resolves when it
   * is durable.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `completion`
   */
  failExecution(error: unknown): Promise<void>

  /**
   * Ends the execution as completed if the output is too large for the adapter to take it as a return value.
   * True: it has ended, return nothing. False: return the output. Seldom needed: a large output that is
   * returned takes this way by itself.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `completion`
   */
  completeIfLarge(output: unknown): Promise<boolean>

  // Change

  /**
   * Tells old runs from new ones when the code of a workflow changes in place. False in runs that were past
   * this call before it was there; true in all others, and recorded, so that a run keeps its answer.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `patches`
   *
   * @example
   * ```ts
   * import { defineWorkflow } from '@perdure/core'
   *
   * export const invoice = defineWorkflow({ name: 'invoice' }, async (ctx) => {
   *   if (await ctx.patched('e-mail instead of letters')) {
   *     await ctx.step('mail', () => 'sent')
   *   } else {
   *     await ctx.step('print', () => 'printed')
   *   }
   * })
   * ```
   */
  patched(patchId: string): Promise<boolean>

  // Host

  /**
   * Environment variables as they were when the run started.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `host`
   */
  readonly env: Environment

  /**
   * What the application gave to the engine: clients, settings, functions. Not recorded: use it inside of
   * steps.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `host`
   */
  readonly services: Services

  /**
   * Who started the execution, as given at the start. Never in logs or inspection.
   *
   * @throws UnsupportedOperationError where the adapter's manifest lacks `host`
   */
  readonly auth: unknown
  /** On whose behalf the execution runs, as given at the start. */
  readonly tenantId: string | undefined

  // Logging

  /**
   * Silent while replaying, so that each line is written once. Every line carries the execution and the
   * context.
   */
  readonly logger: Logger
  /**
   * Replaces the logger of the workflow, or decides how much it says while replaying. Every replay calls it
   * again.
   */
  configureLogger(options: LoggerOptions): void
}
