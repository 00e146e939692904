import type { ClaimAnswer, ClaimRequest, RunRecord } from '@perdure/core'
import { earlier, takeLease } from '@perdure/core'
import type { HeldRun } from '../run-table.js'
import type { Transaction } from '../transaction.js'

/**
 * The runs of one priority among those of one (queue, workflow, version) that can be claimed, now or later. They lie
 * side by side in the index, earliest first, so a claim visits what it takes and one row more of each lane.
 */
type Lane = readonly [queue: string, workflow: string, version: string, priority: number, firstAt: number]

export function claim(transaction: Transaction, request: ClaimRequest): ClaimAnswer {
  const { runs, now } = transaction
  runs.flush()
  const leasedBefore = findLeased(transaction, request)
  const claimed = leasedBefore.length > 0 ? leasedBefore : lease(transaction, request)
  runs.flush()
  const nextAt = findLanes(transaction, request).reduce<number | null>((soonest, [, , , , firstAt]) => {
    return earlier(soonest, firstAt)
  }, null)
  const isToRelay = transaction.sql.get(selectAnyRelay) !== undefined
  return { now, claimed: claimed.map((run) => ({ run })), nextAt, isToRelay }
}

function findLeased({ sql, runs }: Transaction, { requestId, namespace }: ClaimRequest): RunRecord[] {
  return sql
    .all<[runId: number]>(selectLeased, requestId, namespace)
    .flatMap(([runId]) => runs.byId(runId) ?? [])
    .map((held) => runs.record(held))
}

function lease(transaction: Transaction, request: ClaimRequest): RunRecord[] {
  const { runs, now } = transaction
  const due = findLanes(transaction, request).filter(([, , , , firstAt]) => firstAt <= now)
  const priorities = [...new Set(due.map(([, , , priority]) => priority))].sort((a, b) => b - a)
  const claimed: RunRecord[] = []
  for (const priority of priorities) {
    if (claimed.length >= request.limit) break
    const lanes = due.filter((lane) => lane[3] === priority)
    for (const held of longestDue(transaction, request.namespace, lanes, request.limit - claimed.length)) {
      held.state = takeLease(held.state, request, now)
      claimed.push(runs.record(held))
    }
  }
  return claimed
}

function longestDue(
  { sql, runs, now }: Transaction,
  namespace: string,
  lanes: readonly Lane[],
  limit: number,
): HeldRun[] {
  return lanes
    .flatMap(([queue, workflow, version, priority]) =>
      sql.all<DueRow>(selectDue, namespace, queue, workflow, version, priority, now, limit),
    )
    .sort(([runIdA, claimAtA], [runIdB, claimAtB]) => claimAtA - claimAtB || runIdA - runIdB)
    .slice(0, limit)
    .flatMap(([runId]) => runs.byId(runId) ?? [])
}

type DueRow = readonly [runId: number, claimAt: number]

function findLanes({ sql }: Transaction, { namespace, queues, pairs }: ClaimRequest): Lane[] {
  return sql.all<Lane>(selectLanes, {
    namespace,
    queues: JSON.stringify(queues),
    pairs: JSON.stringify(pairs),
  })
}

const selectLeased = `SELECT run_id FROM perdure_executions
  WHERE fence_nonce = ? AND lease_until IS NOT NULL AND namespace = ? ORDER BY run_id`

const selectAnyRelay = 'SELECT relay_no FROM perdure_relays LIMIT 1'

const selectDue = `SELECT run_id, claim_at FROM perdure_executions INDEXED BY perdure_executions_claimable
  WHERE namespace = ? AND queue = ? AND workflow = ? AND version = ? AND priority = ? AND claim_at <= ?
  ORDER BY claim_at, run_id LIMIT ?`

// Steps from each priority to the next lower one that is there: a seek each, whatever lies between.
const selectLanes = `
  WITH RECURSIVE names (queue, workflow, version) AS (
    SELECT DISTINCT q.value, p.value ->> 'workflow', p.value ->> 'version'
    FROM json_each(@queues) AS q, json_each(@pairs) AS p
  ), lanes (queue, workflow, version, priority) AS (
    SELECT queue, workflow, version, (
      SELECT max(e.priority) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
      WHERE e.namespace = @namespace AND e.queue = names.queue AND e.workflow = names.workflow
        AND e.version = names.version AND e.claim_at IS NOT NULL
    ) FROM names
    UNION ALL
    SELECT queue, workflow, version, (
      SELECT max(e.priority) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
      WHERE e.namespace = @namespace AND e.queue = lanes.queue AND e.workflow = lanes.workflow
        AND e.version = lanes.version AND e.priority < lanes.priority AND e.claim_at IS NOT NULL
    ) FROM lanes WHERE priority IS NOT NULL
  )
  SELECT queue, workflow, version, priority, (
    SELECT min(e.claim_at) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
    WHERE e.namespace = @namespace AND e.queue = lanes.queue AND e.workflow = lanes.workflow
      AND e.version = lanes.version AND e.priority = lanes.priority AND e.claim_at IS NOT NULL
  ) AS first_at
  FROM lanes WHERE priority IS NOT NULL`
