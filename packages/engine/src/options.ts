import {
  type Capabilities,
  type Clock,
  type Codec,
  checkName,
  checkOptions,
  consoleLogger,
  type Duration,
  type Logger,
  type Store,
  safeLogger,
  silentLogger,
  systemClock,
  toMs,
  ValidationError,
} from '@perdure/core'
import { libraryLogger } from './logging/library-logger.js'
import { pollMsFor } from './poll.js'
import type { AnyWorkflow } from './registry.js'

/** How `createEngine` is set up. Only `store` is required. */
export interface EngineOptions {
  /** Where everything is kept. Several engines may be given the same object. */
  readonly store: Store
  /** What this process has code for. A process that only starts and looks needs none. @default [] */
  readonly workflows?: readonly AnyWorkflow[]
  /** Executions of one namespace never meet those of another. @default 'main' */
  readonly namespace?: string
  /** Where everything that is logged goes; false: nowhere. @default warnings and errors go to the console */
  readonly logger?: Logger | false
  /** Whether messages of errors are logged, beside their names and codes. @default true, while there is no codec */
  readonly logErrorMessages?: boolean
  /** Writes and reads every value. @default readable JSON where possible, and a rich format elsewhere */
  readonly codec?: Codec
  /** The largest encoded value, in bytes. @default what the store's manifest says */
  readonly maxPayloadBytes?: number
  /** Names the code that this process runs, to be shown with runs that it could not go on with. @default a digest of each workflow's text */
  readonly build?: string
  /** Where time comes from, for tests. @default this machine's */
  readonly clock?: Clock
}

/** How `engine.createWorker` is set up. Every field may be left out. */
export interface WorkerOptions {
  /** How many runs make progress at the same time. Runs that sleep or wait do not count. @default 50 */
  readonly concurrency?: number
  /** @default ['default'] */
  readonly queues?: readonly string[]
  /**
   * For how long a run is held without a sign of life; what a crash delays its runs by. Renewed in time.
   *
   * @default '30s'
   */
  readonly lease?: Duration
  /**
   * How many processes in a row may die soon after they have begun a run, before it is set aside as BLOCKED (POISONED) until
   * somebody unblocks or terminates it. A run that goes on for longer than a lease before it ends the process is not
   * recognised.
   *
   * @default 10
   */
  readonly maxRecoveries?: number
  /** How many sleeping or waiting runs keep their live function, to go on without replay. @default 1_000 */
  readonly maxWarm?: number
  /** How long bodies that still run are awaited when a workflow ends without them. @default '10s' */
  readonly bodyGrace?: Duration
  /** After how long of waiting on something that is not durable a warning is logged. @default '10s' */
  readonly watchdog?: Duration
  /**
   * How often to look for work that nobody has told of, a fifth sooner or later: what a wake-up that was lost costs.
   *
   * @default '30s' where the store tells of what other processes do, '5s' where it cannot
   */
  readonly pollInterval?: Duration
}

/** {@link EngineOptions}, checked and with defaults. */
export interface ResolvedEngineOptions {
  readonly store: Store
  readonly workflows: readonly AnyWorkflow[]
  readonly namespace: string
  /** For the library's own lines. */
  readonly logger: Logger
  /** For the lines of workflows and bodies, which are as their authors write them. */
  readonly userLogger: Logger
  readonly logErrorMessages: boolean
  readonly codec: Codec | undefined
  readonly maxPayloadBytes: number
  readonly build: string | undefined
  readonly clock: Clock
}

/** {@link WorkerOptions}, checked, with defaults, and in milliseconds. */
export interface ResolvedWorkerOptions {
  readonly concurrency: number
  readonly queues: readonly string[]
  readonly leaseMs: number
  readonly maxRecoveries: number
  readonly maxWarm: number
  readonly bodyGraceMs: number
  readonly watchdogMs: number
  readonly pollIntervalMs: number
}

const engineKeys: readonly (keyof EngineOptions)[] = [
  'store',
  'workflows',
  'namespace',
  'logger',
  'logErrorMessages',
  'codec',
  'maxPayloadBytes',
  'build',
  'clock',
]

const workerKeys: readonly (keyof WorkerOptions)[] = [
  'concurrency',
  'queues',
  'lease',
  'maxRecoveries',
  'maxWarm',
  'bodyGrace',
  'watchdog',
  'pollInterval',
]

/** @throws ValidationError naming the field, the value and the limit */
export function resolveEngineOptions(options: EngineOptions): ResolvedEngineOptions {
  if (options === undefined)
    throw new ValidationError({ field: 'options', value: options, limit: 'an object' })
  checkOptions(options, engineKeys, 'options')
  const { store, workflows = [], clock = systemClock, codec } = options
  if (typeof store?.commit !== 'function') {
    throw new ValidationError({
      field: 'options.store',
      value: store,
      limit: 'a store, such as sqlite({ path })',
    })
  }
  if (!Array.isArray(workflows)) {
    throw new ValidationError({
      field: 'options.workflows',
      value: workflows,
      limit: 'an array of workflows',
    })
  }
  checkMethods(clock, ['now', 'monotonic', 'schedule'], 'options.clock')
  const userLogger = checkLogger(options.logger)
  const logErrorMessages = checkFlag(
    options.logErrorMessages ?? !hasCodec(options),
    'options.logErrorMessages',
  )
  if (codec !== undefined) checkMethods(codec, ['encode', 'decode'], 'options.codec')
  if (options.build !== undefined) checkName(options.build, 'options.build')
  const limit = store.capabilities.limits.maxPayloadBytes
  return {
    store,
    workflows,
    clock,
    logger: libraryLogger(userLogger, logErrorMessages),
    userLogger,
    logErrorMessages,
    namespace: checkName(options.namespace ?? 'main', 'options.namespace'),
    codec,
    build: options.build,
    maxPayloadBytes: checkInteger(options.maxPayloadBytes ?? limit, 'options.maxPayloadBytes', 1, limit),
  }
}

/** @throws ValidationError naming the field, the value and the limit */
export function resolveWorkerOptions(
  capabilities: Pick<Capabilities, 'push'>,
  options: WorkerOptions = {},
): ResolvedWorkerOptions {
  checkOptions(options, workerKeys, 'options')
  const queues = options.queues ?? ['default']
  if (!Array.isArray(queues) || queues.length === 0) {
    throw new ValidationError({ field: 'options.queues', value: queues, limit: 'at least one queue' })
  }
  return {
    concurrency: checkInteger(options.concurrency ?? 50, 'options.concurrency', 1, 100_000),
    queues: queues.map((queue, index) => checkName(queue, `options.queues[${index}]`)),
    leaseMs: toMs(options.lease ?? '30s', 'options.lease', { minMs: 100, maxMs: 86_400_000 }),
    maxRecoveries: checkInteger(options.maxRecoveries ?? 10, 'options.maxRecoveries', 1, 1_000_000),
    maxWarm: checkInteger(options.maxWarm ?? 1_000, 'options.maxWarm', 0, 10_000_000),
    bodyGraceMs: toMs(options.bodyGrace ?? '10s', 'options.bodyGrace'),
    watchdogMs: toMs(options.watchdog ?? '10s', 'options.watchdog', { minMs: 1 }),
    pollIntervalMs: toMs(options.pollInterval ?? pollMsFor(capabilities), 'options.pollInterval', {
      minMs: 10,
    }),
  }
}

function checkLogger(logger: EngineOptions['logger']): Logger {
  if (logger === undefined) return consoleLogger
  if (logger === false) return silentLogger
  checkMethods(logger, ['debug', 'info', 'warn', 'error'], 'options.logger')
  return safeLogger(logger)
}

/** True if anything here keeps secret what values say. */
function hasCodec({ codec, workflows = [] }: EngineOptions): boolean {
  return codec !== undefined || workflows.some((workflow) => workflow?.options?.codec !== undefined)
}

function checkFlag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value
  throw new ValidationError({ field, value, limit: 'true or false' })
}

function checkMethods(value: object, methods: readonly string[], field: string): void {
  const has = (method: string): boolean => typeof Reflect.get(value, method) === 'function'
  if (typeof value === 'object' && value !== null && methods.every(has)) return
  throw new ValidationError({ field, value, limit: `an object with the methods ${methods.join(', ')}` })
}

/** @throws ValidationError unless it is a whole number within the bounds */
export function checkInteger(value: unknown, field: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new ValidationError({ field, value, limit: `a whole number from ${min} to ${max}` })
}
