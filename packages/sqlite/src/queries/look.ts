import type { ExecutionStatus, Holding, LookAnswer } from '@perdure/core'
import { lookAtRun } from '@perdure/core'
import type { Statements } from '../statements.js'

type LookRow = readonly [
  status: ExecutionStatus,
  leaseUntil: number | null,
  epoch: number,
  nonce: string,
  inboxSeq: number,
  controlSeq: number,
]

export function look(sql: Statements, holdings: readonly Holding[]): LookAnswer[] {
  return holdings.map(({ key, fence }) => {
    const row = sql.get<LookRow>(selectStanding, key.namespace, key.executionId, key.runNo)
    if (row === undefined) return { kind: 'fenced' }
    const [status, leaseUntil, epoch, nonce, inboxSeq, controlSeq] = row
    return lookAtRun({ status, leaseUntil, fence: { epoch, nonce }, inboxSeq, controlSeq }, fence)
  })
}

const selectStanding = `SELECT status, lease_until, fence_epoch, fence_nonce, inbox_seq, control_seq
  FROM perdure_executions WHERE namespace = ? AND execution_id = ? AND run_no = ?`
