import type { WorkerRecord, WorkflowPair } from '@perdure/core'
import { controlRun } from '@perdure/core'
import { changeRun } from '../effects.js'
import { workerColumns, workerValues } from '../rows.js'
import { columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

export function announce(
  transaction: Transaction,
  worker: Omit<WorkerRecord, 'seenAt'>,
): { readonly now: number } {
  const { sql, now } = transaction
  sql.run(upsertWorker, ...workerValues({ ...worker, seenAt: now }))
  for (const pair of worker.pairs) unblock(transaction, worker.namespace, pair)
  return { now }
}

/** The code of one build did not fit the journal of these runs, and this is another build of it. */
function unblock(
  transaction: Transaction,
  namespace: string,
  { workflow, version, build }: WorkflowPair,
): void {
  const { sql, runs, now } = transaction
  const rows = sql.all<[runId: number]>(selectBlocked, namespace, workflow, version, build)
  for (const [runId] of rows) {
    const held = runs.byId(runId)
    if (held === null) continue
    const decision = controlRun(held.state, { kind: 'unblock' }, now)
    if (decision.kind === 'accept') changeRun(transaction, held, decision)
  }
}

const upsertWorker = `INSERT OR REPLACE INTO perdure_workers (${columnList(workerColumns)})
  VALUES (${placeholders(workerColumns)})`

const selectBlocked = `SELECT run_id FROM perdure_executions INDEXED BY perdure_executions_blocked
  WHERE namespace = ? AND workflow = ? AND version = ? AND blocked IS NOT NULL
    AND blocked ->> 'reason' = 'NON_DETERMINISTIC' AND blocked ->> 'build' <> ?`
