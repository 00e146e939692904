import type {
  ControlAction,
  ExecutionKey,
  MessageRecord,
  OperationRecord,
  RunKey,
  RunRecord,
  WorkerRecord,
} from '@perdure/core'
import { isTerminal } from '@perdure/core'
import { HintBus } from './hint-bus.js'

/** Work that a control request or an ending left to do: one action, asked of every attached child of one run. */
export interface RelayRecord extends RunKey {
  readonly action: ControlAction
  /** Children up to this id have been asked. */
  readonly after: string
}

/** Every row there is, for tests that look behind the verbs. */
export interface MemoryRows {
  readonly runs: readonly RunRecord[]
  readonly operations: readonly (RunKey & OperationRecord)[]
  readonly inbox: readonly (ExecutionKey & MessageRecord)[]
  readonly relays: readonly RelayRecord[]
  readonly workers: readonly WorkerRecord[]
}

/**
 * The rows of a memory store: what a database is to the other adapters. Give the same one to several stores and they
 * are several handles on the same data.
 *
 * It only keeps and finds; what a row becomes is decided by the verbs. Rows are values: a change puts a new one.
 */
export class MemoryDatabase {
  readonly hints: HintBus = new HintBus()
  readonly #executions = new Map<string, Execution>()
  readonly #unfinished = new Map<string, RunRecord>()
  /** By namespace, in the order in which they ended. */
  readonly #finished = new Map<string, RunKey[]>()
  readonly #relays: RelayRecord[] = []
  readonly #workers = new Map<string, WorkerRecord>()

  run(key: RunKey): RunRecord | null {
    return this.#executions.get(rowKey(key))?.runs[key.runNo - 1] ?? null
  }

  newestRun(key: ExecutionKey): RunRecord | null {
    return this.#executions.get(rowKey(key))?.runs.at(-1) ?? null
  }

  newestOfLife(key: ExecutionKey, lifeNo: number): RunRecord | null {
    return this.#executions.get(rowKey(key))?.runs.findLast((run) => run.lifeNo === lifeNo) ?? null
  }

  /** The newest run of every execution. */
  newestRuns(): RunRecord[] {
    return [...this.#executions.values()].flatMap(({ runs }) => runs.slice(-1))
  }

  /** Every run that is not at its end. */
  unfinishedRuns(): RunRecord[] {
    return [...this.#unfinished.values()]
  }

  /** Run numbers are dense, so a run is either replaced or the next one of its execution. */
  putRun(run: RunRecord): void {
    const key = rowKey(run)
    const execution = this.#executions.get(key) ?? newExecution()
    this.#executions.set(key, execution)
    execution.runs[run.runNo - 1] = run
    if (run.runNo < execution.runs.length) return
    if (isTerminal(run.status)) this.#unfinished.delete(key)
    else this.#unfinished.set(key, run)
  }

  /** The runs of a namespace that have reached their end, in order. */
  finished(namespace: string): readonly RunKey[] {
    return this.#finished.get(namespace) ?? []
  }

  addFinished({ namespace, executionId, runNo }: RunKey): void {
    const finished = this.#finished.get(namespace) ?? []
    this.#finished.set(namespace, finished)
    finished.push({ namespace, executionId, runNo })
  }

  operations(key: RunKey): ReadonlyMap<string, OperationRecord> {
    return this.#executions.get(rowKey(key))?.journals[key.runNo - 1] ?? new Map()
  }

  putOperation(key: RunKey, operation: OperationRecord): void {
    const journals = this.#executions.get(rowKey(key))?.journals
    if (journals === undefined) return
    const journal = journals[key.runNo - 1] ?? new Map<string, OperationRecord>()
    journals[key.runNo - 1] = journal
    journal.set(operation.operationId, operation)
  }

  /** The messages of an execution; the one with number n is at index n - 1. */
  inbox(key: ExecutionKey): readonly MessageRecord[] {
    return this.#executions.get(rowKey(key))?.inbox ?? []
  }

  /** The number of the message with this id in one life of an execution. */
  inboxSeqByDedupeId(key: ExecutionKey, lifeNo: number, dedupeId: string): number | null {
    return this.#executions.get(rowKey(key))?.inboxSeqByDedupeId.get(dedupeKey(lifeNo, dedupeId)) ?? null
  }

  putMessage(key: ExecutionKey, message: MessageRecord): void {
    const execution = this.#executions.get(rowKey(key))
    if (execution === undefined) return
    execution.inbox[message.inboxSeq - 1] = message
    const { inboxSeq, lifeNo, dedupeId } = message
    if (dedupeId !== null) execution.inboxSeqByDedupeId.set(dedupeKey(lifeNo, dedupeId), inboxSeq)
  }

  addRelay(relay: RelayRecord): void {
    this.#relays.push(relay)
  }

  oldestRelay(): RelayRecord | null {
    return this.#relays[0] ?? null
  }

  /** The oldest relay goes on from where it is, or (null) is done. */
  replaceOldestRelay(relay: RelayRecord | null): void {
    this.#relays.splice(0, 1, ...(relay === null ? [] : [relay]))
  }

  workers(): WorkerRecord[] {
    return [...this.#workers.values()]
  }

  putWorker(worker: WorkerRecord): void {
    this.#workers.set(workerKey(worker), worker)
  }

  removeWorker(worker: Pick<WorkerRecord, 'namespace' | 'workerId'>): void {
    this.#workers.delete(workerKey(worker))
  }

  /** A copy of everything. */
  rows(): MemoryRows {
    const runs = [...this.#executions.values()].flatMap((execution) => execution.runs)
    return structuredClone({
      runs,
      operations: runs.flatMap(({ namespace, executionId, runNo }) => {
        const journal = this.operations({ namespace, executionId, runNo })
        return [...journal.values()].map((operation) => ({ namespace, executionId, runNo, ...operation }))
      }),
      inbox: this.newestRuns().flatMap(({ namespace, executionId }) => {
        const messages = this.inbox({ namespace, executionId })
        return messages.map((message) => ({ namespace, executionId, ...message }))
      }),
      relays: this.#relays,
      workers: this.workers(),
    })
  }
}

interface Execution {
  /** By runNo - 1. */
  readonly runs: RunRecord[]
  /** By runNo - 1, then by operationId. */
  readonly journals: Map<string, OperationRecord>[]
  /** By inboxSeq - 1. */
  readonly inbox: MessageRecord[]
  readonly inboxSeqByDedupeId: Map<string, number>
}

function newExecution(): Execution {
  return { runs: [], journals: [], inbox: [], inboxSeqByDedupeId: new Map() }
}

// JSON keeps the two apart whatever characters they have.
function rowKey({ namespace, executionId }: ExecutionKey): string {
  return JSON.stringify([namespace, executionId])
}

function dedupeKey(lifeNo: number, dedupeId: string): string {
  return `${lifeNo}:${dedupeId}`
}

function workerKey({ namespace, workerId }: Pick<WorkerRecord, 'namespace' | 'workerId'>): string {
  return JSON.stringify([namespace, workerId])
}
