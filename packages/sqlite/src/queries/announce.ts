import type { AnnounceAnswer, WorkerRecord, WorkflowPair } from '@perdure/core'
import { controlRun } from '@perdure/core'
import { changeRun } from '../effects.js'
import { workerColumns, workerValues } from '../rows.js'
import { columnList, placeholders } from '../statements.js'
import type { Transaction } from '../transaction.js'

export function announce(transaction: Transaction, worker: Omit<WorkerRecord, 'seenAt'>): AnnounceAnswer {
  const { sql, now } = transaction
  sql.run(upsertWorker, ...workerValues({ ...worker, seenAt: now }))
  let unblocked = 0
  for (const pair of worker.pairs) unblocked += unblock(transaction, worker.namespace, pair)
  return { now, unblocked }
}

/** The code of one build did not fit the journal of these runs, and this is another build of it. Returns how many. */
function unblock(
  transaction: Transaction,
  namespace: string,
  { workflow, version, build }: WorkflowPair,
): number {
  const { sql, runs, now } = transaction
  const rows = sql.all<[runId: number]>(selectBlocked, namespace, workflow, version, build)
  let unblocked = 0
  for (const [runId] of rows) {
    const held = runs.byId(runId)
    if (held === null) continue
    const decision = controlRun(held.state, { kind: 'unblock' }, now)
    if (decision.kind !== 'accept') continue
    changeRun(transaction, held, decision)
    unblocked += 1
  }
  return unblocked
}

const upsertWorker = `INSERT OR REPLACE INTO perdure_workers (${columnList(workerColumns)})
  VALUES (${placeholders(workerColumns)})`

const selectBlocked = `SELECT run_id FROM perdure_executions INDEXED BY perdure_executions_blocked
  WHERE namespace = ? AND workflow = ? AND version = ? AND blocked IS NOT NULL
    AND blocked ->> 'reason' = 'NON_DETERMINISTIC' AND blocked ->> 'build' <> ?`
