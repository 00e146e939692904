import type {
  CompensationOutcome,
  ErrorObject,
  FailedAttempt,
  Json,
  MessageKind,
  MessageRecord,
  OperationExtras,
  OperationRecord,
  OperationStatus,
  OperationType,
  RunRecord,
  RunValues,
  TerminalStatus,
  WorkerRecord,
} from '@perdure/core'
import { fromColumns, type StoredData, toColumns } from './encoded-columns.js'
import { fromJson, toJson } from './json-column.js'
import type { SqlValue } from './statements.js'

/*
 * How the rows of each table become records and back; those of executions are in execution-row.ts. Lists of columns,
 * values and tuples are in the same order.
 */

export const valuesColumns: readonly string[] = [
  'seed',
  'input_hash',
  'start_input_hash',
  'input_format',
  'input',
  'tenant_id',
  'auth_format',
  'auth',
  'search_attributes',
  'output_format',
  'output',
  'error',
  'compensation_outcome',
]

export type ValuesRow = readonly [
  seed: string,
  inputHash: string,
  startInputHash: string,
  inputFormat: string,
  input: StoredData,
  tenantId: string | null,
  authFormat: string | null,
  auth: StoredData | null,
  searchAttributes: string | null,
  outputFormat: string | null,
  output: StoredData | null,
  error: string | null,
  compensationOutcome: CompensationOutcome | null,
]

export function toRunValues(row: ValuesRow): RunValues {
  const [seed, inputHash, startInputHash, inputFormat, input, tenantId, authFormat, auth, search, ...ending] =
    row
  const [outputFormat, output, error, compensationOutcome] = ending
  return {
    seed,
    input: fromColumns(inputFormat, input),
    inputHash,
    startInputHash,
    tenantId,
    auth: fromColumns(authFormat, auth),
    searchAttributes: fromJson<Readonly<Record<string, Json>>>(search),
    output: fromColumns(outputFormat, output),
    error: fromJson<ErrorObject>(error),
    compensationOutcome,
  }
}

export function valuesOf(run: RunValues): SqlValue[] {
  return [
    run.seed,
    run.inputHash,
    run.startInputHash,
    ...toColumns(run.input),
    run.tenantId,
    ...toColumns(run.auth),
    toJson(run.searchAttributes),
    ...endingValues(run),
  ]
}

/** The last four columns of `valuesColumns`. */
export function endingValues(run: Pick<RunRecord, 'output' | 'error' | 'compensationOutcome'>): SqlValue[] {
  return [...toColumns(run.output), toJson(run.error), run.compensationOutcome]
}

export const operationColumns: readonly string[] = [
  'parent_id',
  'operation_id',
  'name',
  'occurrence',
  'type',
  'sub_type',
  'status',
  'start_seq',
  'settle_seq',
  'attempt',
  'attempts',
  'due_at',
  'value_format',
  'value',
  'error',
  'extras',
  'started_at',
  'ended_at',
]

export type OperationRow = readonly [
  parentId: string,
  operationId: string,
  name: string,
  occurrence: number,
  type: OperationType,
  subType: string,
  status: OperationStatus,
  startSeq: number,
  settleSeq: number | null,
  attempt: number,
  attempts: string | null,
  dueAt: number | null,
  valueFormat: string | null,
  value: StoredData | null,
  error: string | null,
  extras: string | null,
  startedAt: number,
  endedAt: number | null,
]

export function toOperation(row: OperationRow): OperationRecord {
  const [parentId, operationId, name, occurrence, type, subType, status, startSeq, settleSeq, ...rest] = row
  const [attempt, attempts, dueAt, valueFormat, value, error, extras, startedAt, endedAt] = rest
  return {
    operationId,
    parentId: parentId === '' ? null : parentId,
    name,
    occurrence,
    type,
    subType,
    status,
    startSeq,
    settleSeq,
    attempt,
    attempts: fromJson<readonly FailedAttempt[]>(attempts) ?? [],
    dueAt,
    value: fromColumns(valueFormat, value),
    error: fromJson<ErrorObject>(error),
    extras: fromJson<OperationExtras>(extras),
    startedAt,
    endedAt,
  }
}

export function operationValues(operation: OperationRecord): SqlValue[] {
  const [valueFormat, value] = toColumns(operation.value)
  return [
    operation.parentId ?? '',
    operation.operationId,
    operation.name,
    operation.occurrence,
    operation.type,
    operation.subType,
    operation.status,
    operation.startSeq,
    operation.settleSeq,
    operation.attempt,
    operation.attempts.length === 0 ? null : toJson(operation.attempts),
    operation.dueAt,
    valueFormat,
    value,
    toJson(operation.error),
    toJson(operation.extras),
    operation.startedAt,
    operation.endedAt,
  ]
}

export const messageColumns: readonly string[] = [
  'inbox_seq',
  'life_no',
  'kind',
  'topic',
  'run_no',
  'outcome',
  'dedupe_id',
  'received_at',
  'consumed_by',
  'dropped',
  'value_format',
  'value',
  'error',
]

export type MessageRow = readonly [
  inboxSeq: number,
  lifeNo: number,
  kind: MessageKind,
  topic: string,
  runNo: number | null,
  outcome: TerminalStatus | null,
  dedupeId: string | null,
  receivedAt: number,
  consumedBy: string | null,
  dropped: number,
  valueFormat: string | null,
  value: StoredData | null,
  error: string | null,
]

export function toMessage(row: MessageRow): MessageRecord {
  const [
    inboxSeq,
    lifeNo,
    kind,
    topic,
    runNo,
    outcome,
    dedupeId,
    receivedAt,
    consumedBy,
    dropped,
    ...content
  ] = row
  const [valueFormat, value, error] = content
  return {
    inboxSeq,
    lifeNo,
    kind,
    topic,
    runNo,
    value: fromColumns(valueFormat, value),
    error: fromJson<ErrorObject>(error),
    outcome,
    dedupeId,
    receivedAt,
    consumedBy,
    dropped: dropped === 1,
  }
}

export function messageValues(message: MessageRecord): SqlValue[] {
  return [
    message.inboxSeq,
    message.lifeNo,
    message.kind,
    message.topic,
    message.runNo,
    message.outcome,
    message.dedupeId,
    message.receivedAt,
    message.consumedBy,
    Number(message.dropped),
    ...toColumns(message.value),
    toJson(message.error),
  ]
}

export const workerColumns: readonly string[] = ['namespace', 'worker_id', 'queues', 'pairs', 'seen_at']

export type WorkerRow = readonly [
  namespace: string,
  workerId: string,
  queues: string,
  pairs: string,
  seenAt: number,
]

/** Of a row that cannot be read, a worker that can do nothing. */
export function toWorker([namespace, workerId, queues, pairs, seenAt]: WorkerRow): WorkerRecord {
  return { namespace, workerId, queues: fromJson(queues) ?? [], pairs: fromJson(pairs) ?? [], seenAt }
}

export function workerValues({ namespace, workerId, queues, pairs, seenAt }: WorkerRecord): SqlValue[] {
  return [namespace, workerId, JSON.stringify(queues), JSON.stringify(pairs), seenAt]
}
