import type { ClaimAnswer, ClaimRequest, PassedDeadline, RunRecord } from '@perdure/core'
import { earlier, rowFormat, takeLease, tellTime } from '@perdure/core'
import { suspectLevel } from '../execution-row.js'
import type { HeldRun } from '../run-table.js'
import type { Transaction } from '../transaction.js'

/** Whether a lane is of runs that are due, or of blocked ones that may be tried again. */
type Kind = 'due' | 'retryable'

/**
 * The runs of one kind and priority among those of one (queue, workflow, version) that can be claimed, now or later. They
 * lie side by side in an index, earliest first, so a claim visits what it takes and one row more of each lane.
 */
type Lane = readonly [
  kind: Kind,
  queue: string,
  workflow: string,
  version: string,
  priority: number,
  firstAt: number,
  suspectLevel: number,
]

export function claim(transaction: Transaction, request: ClaimRequest): ClaimAnswer {
  const { runs, now } = transaction
  runs.flush()
  const leasedBefore = findLeased(transaction, request)
  const claimed = leasedBefore.length > 0 ? leasedBefore : lease(transaction, request)
  runs.flush()
  const nextAt = findLanes(transaction, request).reduce<number | null>((soonest, [kind, , , , , firstAt]) => {
    return kind === 'retryable' ? soonest : earlier(soonest, firstAt)
  }, null)
  const isToRelay = transaction.sql.get(selectAnyRelay) !== undefined
  return {
    now,
    claimed: claimed.map((run) => ({ run })),
    nextAt,
    isToRelay,
    passedDeadlines: findPassedDeadlines(transaction, request.namespace),
  }
}

/** What of them cannot be read is put out of the index: it would keep its place before all that come later. */
function findPassedDeadlines({ sql, runs, now }: Transaction, namespace: string): PassedDeadline[] {
  return sql.all<PassedRow>(selectPassed, namespace, now, now).flatMap(([runId, deadlineAt]) => {
    const held = runs.byId(runId)
    if (held === null) return []
    const damage = runs.damageOf(held)
    if (damage !== null) {
      runs.setAside(held, damage, now)
      return []
    }
    const { executionId, runNo } = held.state
    return [{ namespace, executionId, runNo, deadlineAt }]
  })
}

type PassedRow = readonly [runId: number, deadlineAt: number]

function findLeased({ sql, runs, now }: Transaction, { requestId, namespace }: ClaimRequest): RunRecord[] {
  return sql
    .all<[runId: number]>(selectLeased, requestId, namespace)
    .flatMap(([runId]) => runs.byId(runId) ?? [])
    .map((held) => {
      held.state = tellTime(held.state, now)
      return runs.record(held)
    })
    .filter(({ corrupted }) => corrupted === null)
}

function lease(transaction: Transaction, request: ClaimRequest): RunRecord[] {
  const { runs, now } = transaction
  const lanes = findLanes(transaction, request)
  const claimed: RunRecord[] = []
  const take = (found: readonly HeldRun[]): void => {
    for (const held of found) {
      const { state, damage } = held
      if (damage === null) held.state = takeLease(state, request, now)
      const record = runs.record(held)
      if (record.corrupted === null) {
        claimed.push(record)
      } else {
        held.state = state
        runs.setAside(held, record.corrupted, now)
      }
    }
  }
  const due = lanes.filter(([kind, , , , , firstAt]) => kind !== 'retryable' && firstAt <= now)
  const priorities = [...new Set(due.map(([, , , , priority]) => priority))].sort((a, b) => b - a)
  let { suspects, alone } = request
  for (const priority of priorities) {
    if (claimed.length >= request.limit) break
    const found = longestDue(
      transaction,
      request.namespace,
      due.filter((lane) => lane[4] === priority),
      { limit: request.limit - claimed.length, suspects, alone },
    )
    const levels = found.map(({ state }) => suspectLevel(state)).filter((level) => level > 0)
    suspects = levels.includes(2) ? 0 : suspects - levels.length
    alone &&= levels.length === 0
    take(found)
  }
  const retryable = lanes.filter(
    ([kind, , , , , firstAt]) => kind === 'retryable' && firstAt < request.startedAt,
  )
  for (const lane of retryable) {
    if (claimed.length >= request.limit) break
    take(blockedBefore(transaction, request, lane, request.limit - claimed.length))
  }
  return claimed
}

function longestDue(
  { sql, runs, now }: Transaction,
  namespace: string,
  lanes: readonly Lane[],
  room: Pick<ClaimRequest, 'limit' | 'suspects' | 'alone'>,
): HeldRun[] {
  let { suspects, alone } = room
  const limits = [room.limit, Math.min(suspects, room.limit), alone ? Math.min(suspects, 1) : 0]
  return lanes
    .flatMap(([, queue, workflow, version, priority, , level]) => {
      return sql.all<DueRow>(
        ...[selectDue, namespace, queue, workflow, version, rowFormat, level, priority, now],
        limits[level] ?? 0,
      )
    })
    .sort(([runIdA, claimAtA], [runIdB, claimAtB]) => claimAtA - claimAtB || runIdA - runIdB)
    .filter(([, , level]) => {
      if (level === 0) return true
      const isTaken = suspects > 0 && (level === 1 || alone)
      if (isTaken) suspects = level === 2 ? 0 : suspects - 1
      if (isTaken) alone = false
      return isTaken
    })
    .slice(0, room.limit)
    .flatMap(([runId]) => runs.byId(runId) ?? [])
}

function blockedBefore(
  { sql, runs }: Transaction,
  { namespace, startedAt }: ClaimRequest,
  [, queue, workflow, version]: Lane,
  limit: number,
): HeldRun[] {
  return (
    sql
      .all<[runId: number]>(
        ...[selectRetryable, namespace, queue, workflow, version, rowFormat, startedAt, limit],
      )
      .flatMap(([runId]) => runs.byId(runId) ?? [])
      // One whose deadline has passed was due as well, and has just been leased.
      .filter(({ state }) => state.status === 'BLOCKED')
  )
}

type DueRow = readonly [runId: number, claimAt: number, suspectLevel: number]

/** Lanes of suspects only if any is wanted. */
function findLanes(
  { sql }: Transaction,
  { namespace, queues, pairs, suspects, alone }: ClaimRequest,
): Lane[] {
  return sql.all<Lane>(selectLanes, {
    namespace,
    queues: JSON.stringify(queues),
    pairs: JSON.stringify(pairs),
    suspects: JSON.stringify(suspects === 0 ? [0] : alone ? [0, 1, 2] : [0, 1]),
    format: rowFormat,
  })
}

const selectLeased = `SELECT run_id FROM perdure_executions
  WHERE fence_nonce = ? AND lease_until IS NOT NULL AND namespace = ? ORDER BY run_id`

const selectPassed = `SELECT run_id, deadline_at
  FROM perdure_executions INDEXED BY perdure_executions_deadlines
  WHERE namespace = ? AND deadline_at <= ? AND deadline_at IS NOT NULL AND finished_at IS NULL
    AND corrupted IS NULL AND (lease_until IS NULL OR lease_until <= ?)
  ORDER BY deadline_at LIMIT 20`

const selectAnyRelay = 'SELECT relay_no FROM perdure_relays WHERE json_valid(action) LIMIT 1'

const selectDue = `SELECT run_id, claim_at, suspect
  FROM perdure_executions INDEXED BY perdure_executions_claimable
  WHERE namespace = ? AND queue = ? AND workflow = ? AND version = ? AND format = ? AND suspect = ?
    AND priority = ? AND claim_at <= ?
  ORDER BY claim_at, run_id LIMIT ?`

const selectRetryable = `SELECT run_id FROM perdure_executions INDEXED BY perdure_executions_retryable
  WHERE namespace = ? AND queue = ? AND workflow = ? AND version = ? AND format = ? AND retryable_since < ?
  ORDER BY retryable_since, run_id LIMIT ?`

const sameNames = `e.namespace = @namespace AND e.queue = lanes.queue AND e.workflow = lanes.workflow
        AND e.version = lanes.version AND e.format = @format`

// Steps from each priority to the next lower one that is there: a seek each, whatever lies between.
const selectLanes = `
  WITH RECURSIVE names (queue, workflow, version) AS (
    SELECT DISTINCT q.value, p.value ->> 'workflow', p.value ->> 'version'
    FROM json_each(@queues) AS q, json_each(@pairs) AS p
  ), lanes (queue, workflow, version, suspect, priority) AS (
    SELECT queue, workflow, version, s.value, (
      SELECT max(e.priority) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
      WHERE e.namespace = @namespace AND e.queue = names.queue AND e.workflow = names.workflow
        AND e.version = names.version AND e.format = @format AND e.suspect = s.value AND e.claim_at IS NOT NULL
    ) FROM names, json_each(@suspects) AS s
    UNION ALL
    SELECT queue, workflow, version, suspect, (
      SELECT max(e.priority) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
      WHERE ${sameNames} AND e.suspect = lanes.suspect AND e.priority < lanes.priority AND e.claim_at IS NOT NULL
    ) FROM lanes WHERE priority IS NOT NULL
  ), blocked (queue, workflow, version, first_at) AS (
    SELECT queue, workflow, version, (
      SELECT min(e.retryable_since) FROM perdure_executions AS e INDEXED BY perdure_executions_retryable
      WHERE e.namespace = @namespace AND e.queue = names.queue AND e.workflow = names.workflow
        AND e.version = names.version AND e.format = @format AND e.retryable_since IS NOT NULL
    ) FROM names
  )
  SELECT 'due', queue, workflow, version, priority, (
    SELECT min(e.claim_at) FROM perdure_executions AS e INDEXED BY perdure_executions_claimable
    WHERE ${sameNames} AND e.suspect = lanes.suspect AND e.priority = lanes.priority AND e.claim_at IS NOT NULL
  ) AS first_at, suspect
  FROM lanes WHERE priority IS NOT NULL
  UNION ALL
  SELECT 'retryable', queue, workflow, version, 0, first_at, 0 FROM blocked WHERE first_at IS NOT NULL`
