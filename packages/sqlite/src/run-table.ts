import {
  type Ending,
  type ExecutionKey,
  findStateDamage,
  findValuesDamage,
  hasJustEnded,
  isTerminal,
  lostValues,
  type RunKey,
  type RunRecord,
  type RunState,
  salvageState,
  setAsideRow,
} from '@perdure/core'
import {
  copiedParts,
  type ExecutionRow,
  executionColumns,
  identityColumns,
  identityValues,
  isSameStanding,
  progressColumns,
  progressValues,
  standingColumns,
  standingValues,
  toRunState,
} from './execution-row.js'
import { toJson } from './json-column.js'
import { endingValues, toRunValues, type ValuesRow, valuesColumns, valuesOf } from './rows.js'
import { assignments, columnList, placeholders, type Statements } from './statements.js'

/** A run's row in the hands of a transaction: assign `state` to change it. */
export interface HeldRun {
  readonly runId: number
  /** What of its row cannot be read, as far as it has been read; the state is then what was salvaged. */
  readonly damage: string | null
  state: RunState
}

interface CachedRun extends HeldRun {
  damage: string | null
  /** As the database has it. */
  stored: RunState
}

/** How many runs are remembered between transactions: about a kilobyte each. */
const maxRemembered = 1_000

/**
 * The runs that a transaction deals with. Each row is read once and its last state written once, by `flush`, so a batch
 * in which ten children finish writes their parent once. SQL that looks for runs must flush first.
 *
 * What a transaction leaves behind is remembered for the next one, which must `forget` if anybody else has written.
 */
export class RunTable {
  readonly #sql: Statements
  /** The most recently used last. */
  readonly #byId = new Map<number, CachedRun>()
  readonly #byKey = new Map<string, CachedRun>()
  readonly #newest = new Map<string, CachedRun>()
  /** Runs that this transaction has had in its hands. */
  readonly #used = new Set<CachedRun>()

  constructor(sql: Statements) {
    this.#sql = sql
  }

  find(key: RunKey): HeldRun | null {
    const { namespace, executionId, runNo } = key
    return (
      this.#use(this.#byKey.get(runKeyText(key))) ??
      this.#hold(this.#sql.get<ExecutionRow>(selectByKey, namespace, executionId, runNo))
    )
  }

  newest(key: ExecutionKey): HeldRun | null {
    const text = executionKeyText(key)
    const known = this.#use(this.#newest.get(text))
    if (known !== undefined) return known
    const held = this.#hold(this.#sql.get<ExecutionRow>(selectNewest, key.namespace, key.executionId))
    if (held !== null) this.#newest.set(text, held)
    return held
  }

  /** The newest run of a life, which need not be the newest there is. */
  newestOfLife(key: ExecutionKey, lifeNo: number): HeldRun | null {
    return this.#hold(
      this.#sql.get<ExecutionRow>(selectOfLife, key.namespace, key.executionId, lifeNo, lifeNo),
    )
  }

  byId(runId: number): HeldRun | null {
    return this.#use(this.#byId.get(runId)) ?? this.#hold(this.#sql.get<ExecutionRow>(selectById, runId))
  }

  /** The whole record of a run, as it stands in this transaction; of a damaged row, what is left. */
  record({ runId, state, damage }: HeldRun): RunRecord {
    const row = this.#sql.get<ValuesRow>(selectValues, runId)
    const values = row === undefined ? undefined : toRunValues(row)
    const found = damage ?? findValuesDamage(values)
    // Spreading two objects of this size into one takes V8 ten times as long.
    if (found === null) return Object.assign({}, state, copiedParts(state), values)
    const salvaged = salvageState(state, found)
    return Object.assign({}, salvaged, copiedParts(salvaged), lostValues)
  }

  /** What of a run cannot be read, its values included; null: nothing. */
  damageOf({ runId, damage }: HeldRun): string | null {
    if (damage !== null) return damage
    const row = this.#sql.get<ValuesRow>(selectValues, runId)
    return findValuesDamage(row === undefined ? undefined : toRunValues(row))
  }

  /** Puts a run that cannot be read out of every index, and leaves what is damaged as it is. */
  setAside(held: HeldRun, damage: string, now: number): void {
    const { blocked, fence } = setAsideRow(held.state, damage, now)
    const { runId, state } = held
    const written = [toJson(blocked), now, damage, fence.epoch, fence.nonce]
    this.#sql.run(updateAside, ...written, runId, state.fence.epoch, state.fence.nonce)
    const cached = this.#byId.get(runId)
    if (cached !== undefined) this.#drop(cached)
    if (cached !== undefined) this.#used.delete(cached)
  }

  /** A new run, which is the newest of its execution. */
  add(run: RunRecord): void {
    const values = [...identityValues(run), ...progressValues(run), ...standingValues(run)]
    const runId = this.#sql.insert(insertExecution, ...values)
    this.#sql.run(insertValues, runId, ...valuesOf(run))
    // Not the record itself: its input may be large, and the state is remembered.
    const state = toRunState([runId, ...values] as unknown as ExecutionRow)
    this.#newest.set(executionKeyText(run), this.#cache({ runId, damage: null, stored: state, state }))
  }

  /** Writes what a run leaves behind at its end. */
  end({ runId }: HeldRun, ending: Ending): void {
    const { output, error, compensationOutcome } = ending
    if (output === null && error === null && compensationOutcome === null) return
    const changes = this.#sql.run(updateEnding, ...endingValues(ending), runId)
    // Somebody has removed them, and now the run has at least an end.
    if (changes === 0) this.#sql.run(insertValues, runId, ...valuesOf({ ...lostValues, ...ending }))
  }

  flush(): void {
    for (const run of this.#used) {
      const { runId, stored, state } = run
      if (stored === state) continue
      if (this.#write(runId, stored, state) !== 1) throw lostRow(state)
      run.stored = state
    }
  }

  /** The transaction was committed. Nothing more happens to a run at its end, so it is not remembered. */
  keep(): void {
    for (const run of this.#used) if (isTerminal(run.state.status)) this.#drop(run)
    this.#used.clear()
    for (const run of this.#byId.values()) {
      if (this.#byId.size <= maxRemembered) break
      this.#drop(run)
    }
  }

  /** After a rollback, or after a write of somebody else, nothing that was read before is true any more. */
  forget(): void {
    this.#byId.clear()
    this.#byKey.clear()
    this.#newest.clear()
    this.#used.clear()
  }

  #write(runId: number, stored: RunState, state: RunState): number {
    const progress = progressValues(state)
    if (isSameStanding(stored, state)) return this.#sql.run(updateProgress, ...progress, runId)
    const standing = standingValues(state)
    if (!hasJustEnded(stored, state)) return this.#sql.run(updateAll, ...progress, ...standing, runId)
    return this.#sql.run(updateEnd, ...progress, ...standing, state.namespace, runId)
  }

  #hold(row: ExecutionRow | undefined): CachedRun | null {
    if (row === undefined) return null
    const [runId] = row
    const known = this.#use(this.#byId.get(runId))
    if (known !== undefined) return known
    const read = toRunState(row)
    const damage = findStateDamage(read)
    const stored = damage === null ? read : salvageState(read, damage)
    return this.#cache({ runId, damage, stored, state: stored })
  }

  #cache(run: CachedRun): CachedRun {
    this.#byId.set(run.runId, run)
    this.#byKey.set(runKeyText(run.state), run)
    this.#used.add(run)
    return run
  }

  #use(run: CachedRun | undefined): CachedRun | undefined {
    if (run === undefined || this.#used.has(run)) return run
    this.#used.add(run)
    this.#byId.delete(run.runId)
    this.#byId.set(run.runId, run)
    return run
  }

  #drop(run: CachedRun): void {
    this.#byId.delete(run.runId)
    this.#byKey.delete(runKeyText(run.state))
    const text = executionKeyText(run.state)
    if (this.#newest.get(text) === run) this.#newest.delete(text)
  }
}

const columns = columnList(executionColumns)

const selectById = `SELECT ${columns} FROM perdure_executions WHERE run_id = ?`

const selectByKey = `SELECT ${columns} FROM perdure_executions
  WHERE namespace = ? AND execution_id = ? AND run_no = ?`

const selectNewest = `SELECT ${columns} FROM perdure_executions
  WHERE namespace = ? AND execution_id = ? ORDER BY run_no DESC LIMIT 1`

// No run of a life has a smaller number than the one that began it.
const selectOfLife = `SELECT ${columns} FROM perdure_executions
  WHERE namespace = ? AND execution_id = ? AND run_no >= ? AND life_no = ? ORDER BY run_no DESC LIMIT 1`

const selectValues = `SELECT ${columnList(valuesColumns)} FROM perdure_execution_values WHERE run_id = ?`

const insertColumns = [...identityColumns, ...progressColumns, ...standingColumns]

const insertExecution = `INSERT INTO perdure_executions (${columnList(insertColumns)})
  VALUES (${placeholders(insertColumns)})`

const insertValues = `INSERT INTO perdure_execution_values (run_id, ${columnList(valuesColumns)})
  VALUES (?, ${placeholders(valuesColumns)})`

const updateAside = `UPDATE perdure_executions
  SET status = 'BLOCKED', blocked = ?, blocked_at = ?, corrupted = ?, fence_epoch = ?, fence_nonce = ?,
    lease_until = NULL, lease_owner = NULL, claim_at = NULL, suspect = 0, retryable_since = NULL
  WHERE run_id = ? AND fence_epoch = ? AND fence_nonce = ?`

// What else cannot be read of a run that is ended is of no use to anybody, and would keep its end from being read.
const updateEnding = `UPDATE perdure_execution_values
  SET search_attributes = iif(json_valid(search_attributes), search_attributes, NULL), output_format = ?, output = ?, error = ?, compensation_outcome = ? WHERE run_id = ?`

// Three statements, because SQLite maintains an index whenever a statement names one of its columns.
const updateProgress = `UPDATE perdure_executions SET ${assignments(progressColumns)} WHERE run_id = ?`

const updateAll = `UPDATE perdure_executions
  SET ${assignments(progressColumns)}, ${assignments(standingColumns)} WHERE run_id = ?`

const updateEnd = `UPDATE perdure_executions
  SET ${assignments(progressColumns)}, ${assignments(standingColumns)}, finish_seq = (
    SELECT coalesce(max(finish_seq), 0) + 1 FROM perdure_executions INDEXED BY perdure_executions_finished
    WHERE namespace = ? AND finish_seq IS NOT NULL
  ) WHERE run_id = ?`

function lostRow({ executionId, runNo }: RunKey): Error {
  return new Error(
    `perdure_executions did not take the row of execution ${executionId}, run ${runNo}: was it deleted, or does a ` +
      'trigger keep it from being changed?',
  )
}

function executionKeyText({ namespace, executionId }: ExecutionKey): string {
  // The length keeps the parts apart, whatever characters they have.
  return `${namespace.length}:${namespace}${executionId}`
}

function runKeyText(key: RunKey): string {
  return `${key.runNo}:${executionKeyText(key)}`
}
