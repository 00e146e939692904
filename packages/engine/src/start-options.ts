import { randomUUID } from 'node:crypto'
import {
  checkChosenExecutionId,
  checkName,
  checkOptions,
  checkPayloadSize,
  type Duration,
  type EncodedValue,
  type IdReusePolicy,
  type NewRun,
  toMs,
  UnsupportedOperationError,
  ValidationError,
  validateWithSchema,
} from '@perdure/core'
import { type EngineCore, payloadLimits } from './engine-core.js'
import { inputDigest } from './input-digest.js'
import { checkInteger } from './options.js'
import type { RegisteredWorkflow } from './registry.js'
import { writeValue } from './values.js'

/** How an execution is started. Every field may be left out. */
export interface StartOptions<Input = unknown> {
  /**
   * Unique in the namespace. 1 to 200 printable ASCII characters, neither the first nor the last of them a blank, and
   * not ending in a dot and 24 characters of letters, digits, `_` and `-`, which is how the ids of children end.
   *
   * @default a random UUID
   */
  readonly id?: string
  readonly input?: Input
  /** @default 'default' */
  readonly queue?: string
  /** -100 to 100; higher is claimed first. @default 0 */
  readonly priority?: number
  /** Not before this instant. @default at once */
  readonly startAt?: Date
  /** Ends the execution as TIMED_OUT when so much time has passed since it was started, or since `startAt` if that is later. @default that of the workflow, or none */
  readonly timeout?: Duration
  readonly tenantId?: string
  /**
   * What happens if the id is taken. `returnExisting`: the execution there is is returned, running or finished, and
   * `created` of its handle is false. `useRunning`: a running one is returned, a finished one is an
   * `ExecutionAlreadyExistsError`. `newRunAfterTerminal`: a finished one is run again. `reject`: an error in any case.
   *
   * One that is returned must have begun with the same workflow and the same input, else: an `InputMismatchError`. The
   * order of keys and members that are undefined do not count, nor does the order in which a Map or a Set was filled.
   *
   * @default 'returnExisting'
   */
  readonly idReusePolicy?: IdReusePolicy
  /** Only where the workflow is named and this process has no code for it. @default '1' */
  readonly version?: string
}

const keys: readonly (keyof StartOptions)[] = [
  'id',
  'input',
  'queue',
  'priority',
  'startAt',
  'timeout',
  'tenantId',
  'idReusePolicy',
  'version',
]

/** Start options whose capability an adapter may lack. */
const gated: Readonly<Record<string, string>> = {
  tx: 'transactions',
  searchAttributes: 'search',
  auth: 'host',
}

const policies: readonly IdReusePolicy[] = ['returnExisting', 'useRunning', 'newRunAfterTerminal', 'reject']

/** Workflows are named, or given with their code. */
export type WorkflowName = string | { readonly name: string; readonly version: string }

/**
 * Check everything and encode the input, before anything is written.
 *
 * @throws ValidationError, UnknownWorkflowError, SerializationError, PayloadTooLargeError, UnsupportedOperationError
 */
export async function newRun(
  core: EngineCore,
  workflow: WorkflowName,
  options: StartOptions = {},
  field = 'options',
  isDirect = false,
): Promise<NewRun> {
  const { adapter } = core.store.capabilities
  for (const [key, capability] of Object.entries(gated)) {
    if (options !== null && typeof options === 'object' && key in options) {
      throw new UnsupportedOperationError({ adapter, capability })
    }
  }
  checkOptions(options, keys, field)
  const { name, version, code } = resolveWorkflow(core, workflow, options.version, isDirect)
  const { input, startAt, idReusePolicy = 'returnExisting' } = options
  if (!policies.includes(idReusePolicy)) {
    throw new ValidationError({
      field: `${field}.idReusePolicy`,
      value: idReusePolicy,
      limit: `one of ${policies.join(', ')}`,
    })
  }
  const timeout = options.timeout ?? code?.options.timeout
  const schema = code?.options.input
  if (schema !== undefined) await validateWithSchema(schema, input, `${field}.input`)
  const encoded = await encodeInput(core, code, input, `${field}.input`)
  return {
    namespace: core.options.namespace,
    executionId: checkChosenExecutionId(options.id ?? randomUUID(), `${field}.id`),
    workflow: name,
    version,
    queue: checkName(options.queue ?? 'default', `${field}.queue`),
    priority: checkInteger(options.priority ?? 0, `${field}.priority`, -100, 100),
    direct: isDirect,
    parent: null,
    attached: false,
    seed: randomUUID(),
    input: encoded,
    inputHash: inputDigest(input, encoded),
    tenantId: options.tenantId === undefined ? null : checkName(options.tenantId, `${field}.tenantId`),
    auth: null,
    searchAttributes: null,
    startAt: startAt === undefined ? null : checkInstant(startAt, `${field}.startAt`),
    timeoutMs: timeout === undefined ? null : toMs(timeout, `${field}.timeout`, { minMs: 1 }),
    idReusePolicy,
  }
}

interface ResolvedWorkflow {
  readonly name: string
  readonly version: string
  readonly code: RegisteredWorkflow | undefined
}

function resolveWorkflow(
  core: EngineCore,
  workflow: WorkflowName,
  version: string | undefined,
  isDirect: boolean,
): ResolvedWorkflow {
  const { registry } = core
  if (typeof workflow !== 'string') {
    const name = checkName(workflow?.name, 'workflow.name')
    const code = isDirect ? undefined : registry.find(name, workflow.version)
    if (code === undefined && !registry.isEmpty && !isDirect) throw registry.unknown(name, workflow.version)
    return { name, version: checkName(workflow.version, 'workflow.version'), code }
  }
  const name = checkName(workflow, 'workflow')
  if (version === undefined && !registry.isEmpty) return fromRegistry(registry.newest(name))
  const known = checkName(version ?? '1', 'options.version')
  return { name, version: known, code: registry.find(name, known) }
}

function fromRegistry(code: RegisteredWorkflow): ResolvedWorkflow {
  return { name: code.name, version: code.version, code }
}

async function encodeInput(
  core: EngineCore,
  code: RegisteredWorkflow | undefined,
  input: unknown,
  field: string,
): Promise<EncodedValue> {
  const codec = code?.options.codec ?? core.options.codec
  const encoded = await writeValue(input, field, codec)
  checkPayloadSize(encoded, { field, ...payloadLimits(core) })
  return encoded
}

function checkInstant(date: unknown, field: string): number {
  if (date instanceof Date && !Number.isNaN(date.getTime())) return date.getTime()
  throw new ValidationError({ field, value: date, limit: 'a valid Date' })
}
